package io.appserver.orchestrator.convergence.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ObservedContainer.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings are one letter each; what runs was made from a. */
class DueTest {

  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final AppId TODOS = new AppId(new UUID(0, 1));

  private static Due due(String given) {
    var row = new Deployment(TODOS, new AppName("todos"), "here", NOW.minusSeconds(60));
    var said = List.of(given.split(", ", -1));
    String asked = "a";
    for (String what : said) {
      String[] words = what.split(" ", -1);
      String last = words[words.length - 1];
      switch (words[0]) {
        case "runs" -> {
          row.created(new ContainerId("own"), "a", 1);
          row.healthy(NOW.minusSeconds(30));
        }
        case "starts" -> {
          row.created(new ContainerId("own"), "a", 1);
          row.starting(NOW.minusSeconds(30));
        }
        case "restarts" -> {
          row.created(new ContainerId("own"), "a", 1);
          row.healthy(NOW.minusSeconds(30));
          row.restarting(Failure.of(FailureCode.EXITED, "ended"), in(last), NOW.minusSeconds(9));
        }
        case "failed" -> row.failed(Failure.of(FailureCode.EXITED, "ended"), "a");
        case "pauses" ->
            row.pending(Failure.of(FailureCode.REGISTRY_UNREACHABLE, "away"), in(last));
        case "waits" ->
            row.pending(Failure.of(FailureCode.DEPENDENCY_MISSING, "none such"), in(last));
        case "tries" -> {
          row.updates().failed(words[1]);
          row.updates().waitUntil(in(last));
        }
        case "refused" -> row.updates().reject(last, FailureCode.EXITED);
        case "anew" -> row.redeploy();
        case "hand" -> {
          row.written(NOW);
          row.stopping();
        }
        case "asked" -> asked = last;
        default -> assertThat(what).isIn("renewed", "unpaused", "restart", "otherwise");
      }
    }
    var call =
        new Call(
            said.contains("renewed"),
            said.contains("unpaused"),
            said.contains("restart"),
            said.contains("otherwise"));
    return new Due(Row.of(row), call, asked, NOW);
  }

  private static Instant in(String seconds) {
    return NOW.plusSeconds(Long.parseLong(seconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          failed                     | over
          failed, unpaused           | over
          failed, restart            | over
          failed, renewed            | woken
          failed, otherwise          | woken
          failed, asked b            | woken
          failed, anew               | woken
          failed, refused b, asked b | over
          failed, refused b, asked c | woken
          runs                       | neither
          runs, asked b              | woken
          runs, refused b, asked b   | neither
          runs, tries b 30, asked b  | neither
          runs, tries b 30, asked c  | woken
          runs, tries b 30, asked a  | neither
          runs, anew                 | neither
          runs, hand                 | woken
          pauses 30                  | neither
          pauses 30, renewed         | woken
          pauses 30, unpaused        | neither
          """)
  void whatFailedStaysSoUntilItIsWoken(String given, String what) {
    Due due = due(given);

    assertThat(due.isOver()).isEqualTo(what.equals("over"));
    assertThat(due.isWoken()).isEqualTo(what.equals("woken"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          pauses 30            | 30
          pauses 1             | 1
          pauses 0             | -
          pauses -5            | -
          pauses 30, renewed   | -
          pauses 30, otherwise | -
          pauses 30, unpaused  | -
          pauses 30, restart   | 30
          pauses 300           | 300
          pauses 90000         | -
          waits 30             | -
          runs                 | -
          starts               | -
          failed               | -
          """)
  void howLongItPauses(String given, @Nullable Long seconds) {
    assertThat(due(given).pause()).isEqualTo(Optional.ofNullable(seconds).map(Duration::ofSeconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          runs, asked b                                       | -
          runs, tries b 30, asked b                           | 30
          runs, tries b 0, asked b                            | -
          runs, tries b 86400, asked b                        | 86400
          runs, tries b 86401, asked b                        | -
          runs, tries b 30, asked c                           | -
          runs, tries b 30, asked a                           | -
          runs, tries b 30, asked b, renewed                  | -
          runs, tries b 30, asked b, unpaused                 | -
          runs, tries b 30, asked b, otherwise                | -
          runs, tries b 30, asked b, restart, renewed         | 30
          starts, tries b 30, asked b, restart, renewed       | 30
          runs, tries b 30, asked b, restart, unpaused        | 30
          """)
  void untilWhenWhatRunsIsKept(String given, @Nullable Long seconds) {
    assertThat(due(given).keptUntil())
        .isEqualTo(Optional.ofNullable(seconds).map(NOW::plusSeconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          runs                              | a | 1 | true
          runs                              | b | 1 | false
          runs, asked b                     | a | 1 | false
          runs, asked b                     | b | 1 | true
          runs, asked b                     | b | 2 | true
          runs, anew                        | a | 1 | false
          runs, anew                        | a | 2 | true
          runs, refused b, asked b          | a | 1 | true
          runs, refused b, asked b          | b | 1 | false
          runs, refused b, asked b, renewed | a | 1 | false
          runs, refused b, asked b, renewed | b | 1 | true
          runs, refused b, asked c          | a | 1 | false
          failed, refused b, asked b        | a | 1 | true
          """)
  void whichContainersServeIt(String given, String madeFrom, int generation, boolean serves) {
    Due due = due(given);

    assertThat(due.isServedBy(labels(TODOS, generation, madeFrom))).isEqualTo(serves);
    assertThat(due.isServedBy(labels(new AppId(new UUID(0, 2)), generation, madeFrom))).isFalse();
  }

  /**
   * The container is told by its id, what it was made from, its state, and whether it is to be
   * {@code distrusted}.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          runs                              | own a running              | keep
          runs                              | own a exited               | keep
          runs                              | own a paused               | keep
          runs                              | own a created              | keep
          runs                              | own a restarting           | keep
          runs                              | own a removing             | make
          runs                              | own a dead                 | make
          runs                              | other a running            | make
          runs                              | -                          | make
          runs                              | own a running distrusted   | make
          runs, asked b                     | own a running              | replace
          runs, asked b                     | own a exited               | replace
          runs, asked b                     | own a running distrusted   | replace
          runs, asked b                     | own a dead                 | make
          runs, asked b                     | own b running              | keep
          runs, anew                        | own a running              | replace
          runs, refused b, asked b          | own a running              | keep
          runs, refused b, asked b          | own a running distrusted   | keep distrusted
          runs, refused b, asked b, renewed | own a running              | replace
          runs, refused a                   | own a exited distrusted    | keep distrusted
          runs, tries b 30, asked b         | own a running              | keep until 30
          runs, tries b 30, asked b         | own a exited               | keep until 30
          runs, tries b 30, asked b         | own a running distrusted   | keep distrusted until 30
          runs, tries b 0, asked b          | own a running              | replace
          runs, tries b 30, asked a         | own a running              | keep
          runs, tries b 30, asked b         | own b running              | keep
          runs, tries b 30, asked b         | own b running distrusted   | keep distrusted
          """)
  void withWhichContainerItGoesOn(String given, String container, String course) {
    assertThat(told(due(given).course(seen(container), false))).isEqualTo(course);
  }

  /** What was given up is not started again; what runs of it is taken. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          starts          | own a running | keep
          starts          | own a exited  | make anew
          starts          | own a created | make anew
          starts          | -             | make anew
          starts, asked b | own a exited  | make anew
          starts, asked b | own a running | replace
          """)
  void whatBeginsAnewGoesOnOnlyWithWhatRuns(String given, String container, String course) {
    assertThat(told(due(given).course(seen(container), true))).isEqualTo(course);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          failed                         | -                        | true  | rest
          failed                         | -                        | false | fail
          failed, renewed                | -                        | true  | fail
          failed, unpaused               | -                        | true  | rest
          runs                           | own a running            | true  | fail
          runs, refused b                | own a running            | true  | fail
          runs, refused wrong            | own a running            | true  | keep
          runs, refused wrong            | own a running            | false | keep
          runs, refused wrong            | own a exited             | true  | keep
          runs, refused wrong            | own a running distrusted | true  | keep distrusted
          runs, refused wrong            | own a dead               | true  | fail
          runs, refused wrong            | other a running          | true  | fail
          runs, refused wrong            | -                        | true  | fail
          starts, refused wrong          | own a running            | true  | fail
          restarts 30, refused wrong     | own a exited             | true  | rest 30
          restarts 30, refused wrong, renewed | own a exited        | true  | keep
          restarts 0, refused wrong      | own a exited             | true  | keep
          """)
  void howItGoesOnWithWrongSettings(String given, String container, boolean told, String course) {
    Due due = due(given + ", asked wrong");

    assertThat(told(due.courseOfWrong(seen(container), told))).isEqualTo(course);
  }

  private static List<Seen> seen(String container) {
    if (container.equals("-")) {
      return List.of();
    }
    String[] words = container.split(" ", -1);
    return List.of(
        new Seen(
            new ContainerId(words[0]),
            Optional.of(labels(TODOS, 1, words[1])),
            Status.valueOf(words[2].toUpperCase(Locale.ROOT)),
            false,
            words.length > 3));
  }

  private static String told(Course course) {
    return switch (course) {
      case Course.Keep keep -> {
        assertThat(keep.container()).isEqualTo(new ContainerId("own"));
        yield "keep"
            + (keep.distrusted() ? " distrusted" : "")
            + keep.until()
                .map(until -> " until " + Duration.between(NOW, until).toSeconds())
                .orElse("");
      }
      case Course.Make make when make.recorded().isPresent() -> {
        assertThat(make.recorded()).contains(new ContainerId("own"));
        assertThat(make.forgets()).isFalse();
        yield "replace";
      }
      case Course.Make make -> make.forgets() ? "make anew" : "make";
      case Course.Rest(Optional<Duration> pause) ->
          "rest" + pause.map(time -> " " + time.toSeconds()).orElse("");
      case Course.Fail fail -> "fail";
    };
  }

  private static ContainerLabels labels(AppId app, int generation, String madeFrom) {
    return new ContainerLabels("test", "here", app, new AppName("todos"), generation, madeFrom, 1);
  }
}
