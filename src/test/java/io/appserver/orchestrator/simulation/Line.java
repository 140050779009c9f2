package io.appserver.orchestrator.simulation;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ObservedContainer;
import java.time.Duration;
import java.util.function.Supplier;

/** How the calls for one app fare on their way, while the engine answers all others. */
enum Line {
  GOOD,
  /** A change takes long, and is answered. */
  SLOW,
  /** A change takes effect, and no answer comes however long it is waited for. */
  SILENT,
  /** A change breaks off at once, and never takes effect. */
  CUT,
  /** A question breaks off at once. */
  UNSEEN,
  /** A question hangs for as long as it may, and breaks off then. */
  QUESTIONS_HANG,
  /** A health test hangs for as long as it may. */
  PROBES_HANG,
  /** What the engine, the log and the probes say of it is rubbish. */
  RUBBISH;

  /** What nobody can make anything of, though it looks like this and that. */
  static final String NONSENSE =
      """
      \u0000\u001b[31m\ud800 app_name=a0 HEALTHY -> FAILED %s %n {0} ${x} '; DROP TABLE apps; --
      \\u0000 {"a": "\\ud800"} no space left on device
      dial unix /var/run/docker.sock: connect: connection refused
      Cannot connect to the Docker daemon. Is the docker daemon running?
      """
          + "\ufffd\u0007rubbish ".repeat(2000);

  private static final Duration SLOW_CALL = Duration.ofSeconds(20);

  /** No answer is waited for any longer. */
  static final Duration LONGEST_CALL = Duration.ofSeconds(30);

  <T> T change(Staging stage, String verb, Supplier<T> call) {
    return switch (this) {
      case SLOW -> {
        stage.sleep(SLOW_CALL);
        yield call.get();
      }
      case SILENT -> {
        T unused = call.get();
        stage.sleep(LONGEST_CALL);
        throw new UnansweredCallException(verb + " got no answer", null);
      }
      case CUT -> throw new UnansweredCallException(verb + " broke off", null);
      case RUBBISH -> {
        try {
          yield call.get();
        } catch (DeploymentException e) {
          throw new DeploymentException(e.code(), NONSENSE);
        }
      }
      case GOOD, UNSEEN, QUESTIONS_HANG, PROBES_HANG -> call.get();
    };
  }

  <T> T ask(Staging stage, Supplier<T> question) {
    return switch (this) {
      case UNSEEN -> throw new DeploymentException(FailureCode.RUNTIME_UNAVAILABLE, "broke off");
      case QUESTIONS_HANG -> {
        stage.sleep(LONGEST_CALL);
        throw new DeploymentException(FailureCode.RUNTIME_UNAVAILABLE, "no answer came");
      }
      case GOOD, SLOW, SILENT, CUT, PROBES_HANG, RUBBISH -> question.get();
    };
  }

  HealthProbe.Result probe(
      Staging stage, Duration timeout, Supplier<HealthProbe.Result> healthTest) {
    return switch (this) {
      case PROBES_HANG -> {
        stage.sleep(timeout);
        yield new HealthProbe.Result(false, "no answer in time");
      }
      case RUBBISH -> new HealthProbe.Result(healthTest.get().healthy(), NONSENSE);
      case GOOD, SLOW, SILENT, CUT, UNSEEN, QUESTIONS_HANG -> healthTest.get();
    };
  }

  String log(String log) {
    return this == RUBBISH ? NONSENSE : log;
  }

  /** As the engine tells of it. */
  ObservedContainer told(ObservedContainer c) {
    return this == RUBBISH && !c.running()
        ? new ObservedContainer(
            c.id(),
            c.name(),
            c.status(),
            c.exitCode() == 0 ? 0 : -c.exitCode(),
            c.oomKilled(),
            NONSENSE,
            c.startedAt(),
            c.imageId(),
            c.address(),
            c.healthcheck(),
            c.volumes(),
            c.port(),
            c.labels())
        : c;
  }
}
