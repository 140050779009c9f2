package io.appserver.orchestrator.supervision.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.e2e.support.Services;
import io.appserver.orchestrator.e2e.support.SocketProxy;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.docker.DockerRuntime;
import io.appserver.orchestrator.testing.Workshop;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The watch on a real engine, behind a proxy as people have it. */
class EngineWatchE2E {

  private final List<String> told = new CopyOnWriteArrayList<>();

  private final EngineWatch.Listener listener =
      new EngineWatch.Listener() {
        @Override
        public void subscribed(EngineWatch.Beginning beginning) {
          told.add(beginning.name());
        }

        @Override
        public void happened(EngineEvent event) {}

        @Override
        public void cut() {
          told.add("cut");
        }

        @Override
        public void lost() {
          told.add("lost");
        }
      };

  @Test
  void aProxyThatCutsOffQuietStreamsIsNoTroubleOfTheEngine() throws Exception {
    var threads = Executors.newCachedThreadPool();
    var proxy =
        SocketProxy.cuttingOffAfter(
            Duration.ofSeconds(1), Services.fromEnvironment().engineSocket());
    try (var runtime = DockerRuntime.connect(at("tcp://127.0.0.1:" + proxy.port()), threads)) {
      var watch = new EngineWatch(runtime.view(), listener);
      threads.execute(watch::run);
      await("cut off twice in a row, and answered at once").until(() -> twice() >= 0);
      await("heard").until(() -> watch.trouble().isEmpty());
      proxy.close();
      await("away").until(() -> told.contains("lost"));
      watch.stop();

      assertThat(told).startsWith("FIRST");
      assertThat(watch.trouble()).contains("not heard");
    } finally {
      proxy.close();
      threads.shutdownNow();
    }
  }

  /** On a busy machine an answer may be late, which looks like an engine that was started anew. */
  private int twice() {
    return Collections.indexOfSubList(
        List.copyOf(told), List.of("cut", "AFTER_CUT", "cut", "AFTER_CUT"));
  }

  private static Settings at(String host) {
    Settings all = Workshop.settings(Duration.ofMinutes(1));
    return new Settings(
        all.eventbusEnabled(),
        all.dockerEnabled(),
        all.broker(),
        all.database(),
        new Settings.Engine(host, Optional.empty(), Optional.empty(), Optional.empty()),
        all.registry(),
        all.containers(),
        all.timeouts(),
        all.healthChecks(),
        all.reconciliation(),
        all.apps(),
        all.access());
  }
}
