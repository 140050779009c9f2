package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.convergence.Cause;
import io.appserver.orchestrator.e2e.support.App;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** The process is killed at every step of an installation and of an uninstallation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstallCrashE2E {

  private Site site;
  private Life life;
  private App base;
  private App front;

  @BeforeAll
  void open() {
    site = new Site("install");
    base = site.app("base");
    front = site.app("front");
    site.foreign(front);
    site.dependsHard(front, base);
    site.setting(front, "docker.volume.path", "/data");
    life = new Life(site);
  }

  @AfterAll
  void close() {
    site.close();
  }

  private final class Installing implements Scenario {
    @Override
    public void prepare(Life life) {
      if (!site.column(front, "state").isEmpty()) {
        uninstall();
        life.settle(Map.of(front, "stopped", base, "stopped"));
      }
    }

    @Override
    public void happen(Life life) {
      install();
    }

    @Override
    public Map<App, String> end() {
      return Map.of(front, "healthy", base, "healthy");
    }
  }

  private void install() {
    for (App app : List.of(front, base)) {
      site.set(app, "installed");
      life.child().signal(app.name(), Cause.INSTALLED.word());
    }
  }

  private void uninstall() {
    for (App app : List.of(front, base)) {
      site.set(app, "registered");
      life.child().signal(app.name(), Cause.UNINSTALLED.word());
    }
  }

  @TestFactory
  Stream<DynamicTest> install_() {
    var installing = new Installing();
    long t = System.nanoTime();
    List<String> points = life.points(installing);
    System.out.println(
        "counting took " + (System.nanoTime() - t) / 1000000 + " " + points.size() + " " + points);
    return IntStream.rangeClosed(1, points.size())
        .mapToObj(n ->
            DynamicTest.dynamicTest(
                "%d %s".formatted(n, points.get(n - 1)),
                () -> {
                  long u = System.nanoTime();
                  boolean k = life.killedAt(n, installing);
                  System.out.println(
                      n
                          + " "
                          + points.get(n - 1)
                          + " "
                          + k
                          + " took "
                          + (System.nanoTime() - u) / 1000000);
                }));
  }
}
