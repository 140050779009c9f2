package io.appserver.orchestrator.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.e2e.support.App;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Order;

/** Killed at every step of an update, and of one that does not work and is taken back. */
@Order(1)
class UpdateCrashE2E extends CrashAtEveryStep {

  private static final String STAGE = "docker.image.stage";

  @Override
  List<Scenario> scenarios(Site site) {
    App app = site.app("app");
    site.foreign(app);
    site.setting(app, "docker.volume.path", "/data");
    var healthy = Map.of(app, "healthy");
    var stage = new AtomicReference<>("latest");
    var memory = new AtomicInteger(256);
    var before = new AtomicReference<>("");
    return List.of(
        new Scenario(
            "update",
            life -> {
              site.setting(app, STAGE, stage.get());
              life.bring(app, "installed", healthy);
              site.keepSomething(app);
            },
            life -> {
              site.setting(app, STAGE, stage.updateAndGet(UpdateCrashE2E::other));
              life.signal(app, Cause.PLATFORM_CHANGED.word());
            },
            healthy,
            () -> assertThat(site.column(app, "image_reference")).endsWith(":" + stage.get())),
        new Scenario(
            "update that fails",
            life -> {
              site.setting(app, STAGE, stage.get());
              life.bring(app, "installed", healthy);
              before.set(site.column(app, "container_id"));
            },
            life -> {
              site.setting(app, STAGE, "pre-release");
              // what was tried once and did not work is not tried again as it was
              site.setting(app, "docker.memory.mb", Integer.toString(memory.incrementAndGet()));
              life.signal(app, Cause.PLATFORM_CHANGED.word());
            },
            healthy,
            () -> {
              assertThat(site.column(app, "container_id"))
                  .as("the container from before")
                  .isEqualTo(before.get());
              assertThat(site.column(app, "rejected_spec_hash")).isNotEqualTo("null");
            }),
        new Scenario(
            "redeploy by an operator",
            life -> {
              site.setting(app, STAGE, stage.get());
              life.bring(app, "installed", healthy);
              before.set(site.column(app, "container_id"));
            },
            life -> life.signal(app, Cause.REDEPLOY.word()),
            healthy,
            () ->
                assertThat(site.column(app, "container_id"))
                    .as("another container")
                    .isNotEqualTo(before.get())));
  }

  private static String other(String stage) {
    return stage.equals("latest") ? "testing" : "latest";
  }
}
