package io.appserver.orchestrator.e2e.bench;

import io.appserver.orchestrator.e2e.bench.BenchPlatform.App;
import io.appserver.orchestrator.e2e.support.Services;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Installs one app, and all at once, beside the engine's API alone and docker-compose, and prints
 * the medians. All three are measured until each container has answered a first request: that is
 * when an app is healthy.
 */
final class InstallBench implements AutoCloseable {

  private static final String SERVER = "server";
  private static final String ENGINE = "engine";
  private static final String DATABASE = "database";

  private final BenchPlatform platform;
  private final PlainEngine plain;
  private final Map<String, ProcessorTime> programs;
  private final Map<String, List<Double>> values = new HashMap<>();

  /**
   * @param image the id of the image of all apps
   */
  private InstallBench(String image) throws Exception {
    platform = new BenchPlatform();
    plain = new PlainEngine(Services.fromEnvironment(), image);
    programs =
        Map.of(
            SERVER, new ProcessorTime(System.getenv("BENCH_SERVER_PIDS")),
            ENGINE, new ProcessorTime(System.getenv("BENCH_ENGINE_PIDS")),
            DATABASE, new ProcessorTime(System.getenv("BENCH_DATABASE_PIDS")));
  }

  /** How often, and the id of the image. */
  public static void main(String[] arguments) throws Exception {
    try (var bench = new InstallBench(arguments[1])) {
      bench.run(Integer.parseInt(arguments[0]));
    }
  }

  private void run(int runs) throws Exception {
    List<App> apps = platform.apps();
    List<App> one = apps.subList(0, 1);
    for (int run = 0; run <= runs; run++) {
      System.err.printf("Run %d of %d%n", run, runs);
      measure(one);
      measure(apps);
      if (run == 0) { // it warms up
        printFirst(apps.size());
        values.clear();
      }
    }
    System.out.printf(
        "  until it answers   %15s   %24s   %24s%n",
        "orchestrator", "engine's API alone", "docker-compose up");
    printTimes("one app", 1);
    printTimes("%d apps".formatted(apps.size()), apps.size());
    System.out.printf(
        "  processor time     %15s   %10s   %10s   %21s%n",
        SERVER, ENGINE, DATABASE, "engine, its API alone");
    printProcessorTimes("one app", 1);
    printProcessorTimes("each of %d".formatted(apps.size()), apps.size());
  }

  private void measure(List<App> apps) throws Exception {
    int count = apps.size();
    Map<String, Double> before = seconds();
    double began = platform.install(apps);
    double healthy = platform.awaitLast("healthy", count, began);
    note("orchestrator", count, healthy - began);
    seconds().forEach((program, now) -> note(program, count, (now - before.get(program)) / count));
    platform.uninstall(apps);

    double engineBefore = seconds().get(ENGINE);
    note("api", count, millis(() -> plain.byApi(count)));
    note("engine by api", count, (seconds().get(ENGINE) - engineBefore) / count);
    plain.removeAll(count);

    note("compose", count, millis(() -> plain.byCompose(count)));
    plain.removeAll(count);
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double millis(Work work) throws Exception {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e6;
  }

  private Map<String, Double> seconds() {
    var seconds = new HashMap<String, Double>();
    programs.forEach((program, time) -> seconds.put(program, time.seconds()));
    return seconds;
  }

  private void note(String what, int apps, double value) {
    values.computeIfAbsent(what + apps, first -> new ArrayList<>()).add(value);
  }

  private double median(String what, int apps) {
    return new Figures(values.get(what + apps)).median();
  }

  private void printFirst(int apps) {
    System.out.printf(
        "  %d apps, the first after a start: %.0f ms, of processor time of the server %.0f ms each%n",
        apps, median("orchestrator", apps), median(SERVER, apps) * 1000);
  }

  private void printTimes(String label, int apps) {
    double orchestrator = median("orchestrator", apps);
    double api = median("api", apps);
    double compose = median("compose", apps);
    System.out.printf(
        "  %-16s   %12.0f ms   %12.0f ms: %5.2f x   %12.0f ms: %5.2f x%n",
        label, orchestrator, api, orchestrator / api, compose, orchestrator / compose);
  }

  private void printProcessorTimes(String label, int apps) {
    System.out.printf(
        "  %-16s   %12.0f ms   %7.0f ms   %7.0f ms   %18.0f ms%n",
        label,
        median(SERVER, apps) * 1000,
        median(ENGINE, apps) * 1000,
        median(DATABASE, apps) * 1000,
        median("engine by api", apps) * 1000);
  }

  @Override
  public void close() throws IOException, SQLException {
    plain.close();
    platform.close();
  }
}
