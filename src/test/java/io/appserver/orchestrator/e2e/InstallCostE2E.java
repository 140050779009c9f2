package io.appserver.orchestrator.e2e;

import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.CountedPlatform;
import io.appserver.orchestrator.e2e.support.CountedWork;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * How often the engine and the database are asked for one install, one look and one uninstall, by a
 * server as it is deployed. Nothing is timed here. Whoever makes them cheaper lowers the bounds;
 * what is asked, and in which order, is in {@code target/install-cost.txt}.
 */
@ResourceLock(EndToEnd.OTHER_SERVER)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstallCostE2E {

  /**
   * @param requests to the engine, but for pings
   * @param connections to the engine that are new
   * @param transactions of the database
   * @param statements without BEGIN and COMMIT
   */
  private record Counts(int requests, int connections, int transactions, int statements) {

    static Counts of(CountedWork work) {
      return new Counts(
          work.questionsAndChanges(),
          work.connections(),
          work.transactions().size(),
          work.statements());
    }

    int sum() {
      return requests + connections + transactions + statements;
    }
  }

  /** Of an image whose layers the engine has. */
  private static final Counts INSTALL = new Counts(7, 1, 8, 34);

  /** List, pull or a look at the manifest, image, create, start, inspect. */
  private static final Counts INSTALL_FLOOR = new Counts(6, 1, 8, 20);

  /** Of an app that is healthy and unchanged. */
  private static final Counts LOOK = new Counts(2, 0, 2, 11);

  /** List, inspect; the claim with all that is known, and what it came to. */
  private static final Counts LOOK_FLOOR = new Counts(2, 0, 2, 6);

  private static final Counts UNINSTALL = new Counts(5, 1, 10, 27);

  /** List, signal, wait, remove. */
  private static final Counts UNINSTALL_FLOOR = new Counts(4, 1, 6, 16);

  /**
   * Of so many rounds the cheapest counts: the comparison of the tables, every 5 s, may signal an
   * app before its event arrives, and that costs a second look.
   */
  private static final int ROUNDS = 2;

  /** What is asked once in the life of a process, and connections that are kept, are there then. */
  private static final int WARM_UPS = 1;

  private static final Pattern WATCHED =
      Pattern.compile("(?m)^orchestrator_apps_watched\\{[^}]*} (\\d+)");

  private final List<CountedWork> installs = new ArrayList<>();
  private final List<CountedWork> looks = new ArrayList<>();
  private final List<CountedWork> uninstalls = new ArrayList<>();
  private CountedPlatform counted;
  private Platform platform;

  @BeforeAll
  void measure() throws IOException {
    counted = CountedPlatform.start("cost");
    platform = counted.platform();
    for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
      App app = platform.app("cost" + round, "web");
      // Without probes: how many it takes until the app answers depends on the machine.
      platform.appServer().set(app, Map.of("docker.health.mode", "none"));
      installs.add(counted.of(app, () -> install(app)));
      looks.add(counted.of(app, () -> lookAt(app)));
      uninstalls.add(counted.of(app, () -> uninstall(app)));
    }
    for (List<CountedWork> works : List.of(installs, looks, uninstalls)) {
      works.subList(0, WARM_UPS).clear();
      works.sort(Comparator.comparingInt(work -> Counts.of(work).sum()));
    }
    report();
  }

  @AfterAll
  void close() {
    if (counted != null) {
      counted.close();
    }
  }

  @Test
  void anInstallOfAPresentImageAsksNoMoreThanItDid() {
    assertAtMost(installs.getFirst(), INSTALL);
  }

  @Test
  void aLookAtAHealthyAppAsksNoMoreThanItDid() {
    assertAtMost(looks.getFirst(), LOOK);
  }

  @Test
  void anUninstallAsksNoMoreThanItDid() {
    assertAtMost(uninstalls.getFirst(), UNINSTALL);
  }

  private static void assertAtMost(CountedWork work, Counts most) {
    Counts now = Counts.of(work);
    SoftAssertions.assertSoftly(softly -> {
      softly.assertThat(now.requests()).as("requests").isLessThanOrEqualTo(most.requests());
      softly
          .assertThat(now.connections())
          .as("new connections")
          .isLessThanOrEqualTo(most.connections());
      softly
          .assertThat(now.transactions())
          .as("transactions")
          .isLessThanOrEqualTo(most.transactions());
      softly.assertThat(now.statements()).as("statements").isLessThanOrEqualTo(most.statements());
    });
  }

  private void install(App app) {
    platform.appServer().install(app);
    platform.awaitState(app, "healthy");
    platform.awaitEventsSettled(app, 1);
    awaitRest(app);
    awaitWatched(1);
  }

  /** A signal as another instance gives it, of which no event tells. */
  private void lookAt(App app) {
    platform
        .database()
        .update(
            """
            UPDATE orchestrator_work SET signal_seq = signal_seq + 1,
              causes = causes || jsonb_build_object('interval', signal_seq + 1)
            WHERE app_name = ?
            """,
            app.name());
    awaitRest(app);
  }

  private void uninstall(App app) {
    platform.appServer().uninstall(app);
    platform.awaitState(app, "stopped");
    platform.awaitEventsSettled(app, 2);
    awaitRest(app);
    awaitWatched(0); // from the next comparison on, when the engine's events were heard
  }

  private void awaitRest(App app) {
    await(app + " is at rest")
        .until(() ->
            platform
                .database()
                .query(
                    """
                    SELECT count(*) FROM orchestrator_work
                    WHERE app_name = ? AND signal_seq = handled_seq AND lease_owner IS NULL
                    """,
                    row -> row.getInt(1),
                    app.name())
                .equals(List.of(1)));
  }

  private void awaitWatched(int apps) {
    await(apps + " watched")
        .until(() -> {
          var gauge = WATCHED.matcher(platform.server().get("/metrics?scope=application").body());
          return gauge.find() && Integer.parseInt(gauge.group(1)) == apps;
        });
  }

  private void report() throws IOException {
    String table =
        """
                                          requests   connections   transactions   statements   round trips
        %s%s%s\
        """
            .formatted(
                lines("one install, image present", installs.getFirst(), INSTALL_FLOOR),
                lines("one look, nothing to do", looks.getFirst(), LOOK_FLOOR),
                lines("one uninstall", uninstalls.getFirst(), UNINSTALL_FLOOR));
    System.out.println(table);
    Path checkout = Path.of(System.getProperty("orchestrator.basedir", ""));
    Files.writeString(
        checkout.resolve("target/install-cost.txt"),
        String.join(
            "\n",
            table,
            details("One install", installs),
            details("One look", looks),
            details("One uninstall", uninstalls)));
  }

  private static String details(String title, List<CountedWork> cheapestFirst) {
    return "## %s, the cheapest of %s transactions\n\n%s"
        .formatted(
            title,
            cheapestFirst.stream()
                .map(work -> Integer.toString(work.transactions().size()))
                .collect(Collectors.joining(", ")),
            cheapestFirst.getFirst().details());
  }

  private static String lines(String what, CountedWork work, Counts floor) {
    Counts now = Counts.of(work);
    return """
      %-32s  %6d %13d %14d %12d %13d
      %-32s  %6d %13d %14d %12d
      %s
    """
        .formatted(
            what,
            now.requests(),
            now.connections(),
            now.transactions(),
            now.statements(),
            work.roundTrips(),
            "  floor",
            floor.requests(),
            floor.connections(),
            floor.transactions(),
            floor.statements(),
            "  " + work.kindsOfRequests());
  }
}
