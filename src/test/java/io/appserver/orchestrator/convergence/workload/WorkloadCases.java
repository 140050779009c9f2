package io.appserver.orchestrator.convergence.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.App;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.convergence.decide.Seen;
import io.appserver.orchestrator.convergence.record.Look;
import io.appserver.orchestrator.convergence.record.Outcome;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.deployment.DataVolume;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerLabels;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.RuntimeFixture;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** An engine behind the workload port, with what a case about it needs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WorkloadCases {

  RuntimeFixture runtime;
  WorkloadBench bench;

  /** The engine, with what tests need of it besides. */
  abstract RuntimeFixture connect();

  @BeforeAll
  void open() {
    runtime = connect();
    bench = new WorkloadBench(runtime);
  }

  @AfterAll
  void close() {
    bench.close();
    runtime.close();
  }

  @AfterEach
  void sweep() {
    bench.sweep();
  }

  /** An app that runs, looked at once. */
  final App running(String image) {
    App app = bench.app(image);
    runs(bench.look(app, Cause.INSTALLED));
    return app;
  }

  static void runs(Outcome outcome) {
    assertThat(outcome.result()).isInstanceOf(Look.Result.Running.class);
  }

  static FailureCode failure(Outcome outcome) {
    return switch (outcome.result()) {
      case Look.Result.Waiting(Failure why) -> why.code();
      case Look.Result.Failed(Failure why) -> why.code();
      case Look.Result.Running running -> throw new AssertionError("it runs");
      case Look.Result.Gone gone -> throw new AssertionError("it is gone");
    };
  }

  /** The one instance that there is of the app. */
  final Seen only(App app) {
    List<Seen> instances = bench.find(app).instances();
    assertThat(instances).hasSize(1);
    return instances.getFirst();
  }

  static ContainerName nameOf(App app) {
    return ContainerName.of("app-", app.name());
  }

  final String volumeOf(App app) {
    return nameOf(app) + "-data";
  }

  final Map<String, String> labels(String installation, App app) {
    return new ContainerLabels(installation, "node", app.id(), app.name(), 1, "v1-abc", 1).asMap();
  }

  final boolean isThere(ContainerId id) {
    return runtime.view().inspect(id).isPresent();
  }

  final boolean isThere(DataVolume volume) {
    return runtime.view().volume(volume.name()).isPresent();
  }
}
