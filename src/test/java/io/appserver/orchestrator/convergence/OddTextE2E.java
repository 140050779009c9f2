package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.testing.FakeApp;
import io.appserver.orchestrator.testing.InWorkshop;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an app logs or an operator writes: it decides nothing, and it can be kept. */
class OddTextE2E extends InWorkshop {

  private static final String TODOS_IMAGE = "registry.test/todos:latest";

  @AfterEach
  void takeEverything() {
    database.execute("DROP TRIGGER IF EXISTS picky ON orchestrator_history");
    database.execute("DROP TRIGGER IF EXISTS picky ON deployments");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DETAIL:  \\u0000 cannot be converted to text.",
        "\\\\u0000 \\u0000\\",
        "a real \0 one",
        "half of a pair \uD83D",
        "\"}',?1 \u001B[31mred\u0007"
      })
  void aCrashedAppIsStartedAgainWhateverItLogged(String line) {
    shop.app("todos", "installed");
    shop.engine.offer(TODOS_IMAGE, FakeApp.of(FakeApp.Manner.WELL, line));
    shop.install("todos");
    shop.awaitState("todos", "healthy");
    shop.awaitRest();
    shop.engine.exit(shop.engine.ids().getFirst(), 1);
    shop.signal("todos", Cause.ENDED);

    eventually(
        "started again", () -> restarts().equals("1") && shop.state("todos").equals("healthy"));
    assertThat(
            database.rows(
                "SELECT details ->> 'log' FROM orchestrator_history WHERE to_state = 'restarting'"))
        .first()
        .asString()
        .contains(line.substring(0, 5));
  }

  @Test
  void aFailingInstallKeepsWhatWasLoggedAsItWas() {
    String line = "DETAIL:  \\u0000 cannot be converted";
    shop.app("todos", "installed");
    shop.engine.offer(TODOS_IMAGE, FakeApp.ending(3, line, "x".repeat(300_000)));
    shop.install("todos");
    eventually("failed once", () -> shop.reason("todos").equals("exited"));

    assertThat(
            database.rows(
                "SELECT details ->> 'log' LIKE '%DETAIL:  \\\\u0000 cannot%', length(details ->>"
                    + " 'log') < 40000 FROM orchestrator_history WHERE code = 'exited'"))
        .containsExactly("t t");
    assertThat(shop.engine.standing()).isEmpty();
  }

  @Test
  void theLookThatGivesUpSaysHowOftenItWasTried() {
    shop.app("todos", "installed");
    shop.engine.offer(TODOS_IMAGE, FakeApp.ending(3, "no"));
    shop.install("todos");
    for (int tried = 1; tried < 3; tried++) {
      String attempts = Integer.toString(tried);
      eventually(
          "tried " + attempts,
          () ->
              database
                  .rows("SELECT attempts FROM deployments WHERE state = 'pending'")
                  .equals(List.of(attempts)));
      database.execute(
          "UPDATE deployments SET next_look_at = now() - interval '1 s', version = version + 1;"
              + " UPDATE orchestrator_work SET wake_at = now()");
    }
    shop.awaitState("todos", "failed");
    shop.awaitRest();

    assertThat(shop.looks.getLast().failure().orElseThrow().details())
        .containsEntry(Failure.ATTEMPT, "3");
  }

  @Test
  void whatTheDatabaseRefusesAllTheSameIsLeftOutAndTheStateIsStored() {
    database.execute(
        """
        CREATE OR REPLACE FUNCTION picky() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF to_jsonb(NEW)::text LIKE '%unwelcome%' THEN
            RAISE EXCEPTION 'untranslatable' USING ERRCODE = '22P05';
          END IF;
          RETURN NEW;
        END $$;
        CREATE TRIGGER picky BEFORE INSERT ON orchestrator_history FOR EACH ROW EXECUTE FUNCTION picky();
        CREATE TRIGGER picky BEFORE INSERT OR UPDATE ON deployments FOR EACH ROW EXECUTE FUNCTION picky();
        """);
    shop.app("todos", "installed");
    shop.engine.offer(TODOS_IMAGE, FakeApp.ending(3, "unwelcome"));
    shop.install("todos");
    eventually("failed once", () -> shop.reason("todos").equals("exited"));

    assertThat(database.rows("SELECT state, attempts FROM deployments"))
        .containsExactly("pending 1");
    assertThat(database.rows("SELECT message FROM orchestrator_history WHERE code = 'exited'"))
        .first()
        .asString()
        .contains("the database refused");
  }

  @Test
  void anOperatorsWordsAreKeptWhateverTheyHold() {
    shop.healthyApp("todos");
    shop.operations.hold(new AppName("todos"), "jane\0", "because \uD800");

    eventually("held", () -> shop.reason("todos").equals("held"));
    assertThat(database.rows("SELECT actor, reason FROM orchestrator_hold"))
        .containsExactly("jane\uFFFD because \uFFFD");

    shop.operations.removeOrphans(List.of(new AppName("gone")), "jane\0");
    assertThat(database.rows("SELECT app_name, allowed_by FROM orchestrator_orphan"))
        .containsExactly("gone jane\uFFFD");

    shop.signal("todos", Cause.askedBy("jane\0"));
    shop.awaitRest();
    assertThat(database.rows("SELECT count(*) FROM orchestrator_work WHERE causes <> '{}'"))
        .containsExactly("0");
  }

  private String restarts() {
    return String.join(",", database.rows("SELECT restarts FROM deployments"));
  }

  private static void eventually(String what, Callable<Boolean> condition) {
    await(what).until(condition);
  }
}
