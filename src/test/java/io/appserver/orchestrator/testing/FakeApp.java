package io.appserver.orchestrator.testing;

import java.util.List;

/**
 * How the app of an image behaves in a {@link FakeEngine}.
 *
 * @param exitCode of an app that ends
 * @param lines what it logs at each start
 * @param healthcheck the image's HEALTHCHECK, or empty
 * @param volumes the paths that the image declares a VOLUME
 */
public record FakeApp(
    Manner manner,
    int exitCode,
    List<String> lines,
    List<String> healthcheck,
    List<String> volumes) {

  /** What becomes of it when it is started or asked to stop. */
  public enum Manner {
    /** Runs, and ends when asked to. */
    WELL,
    /** Runs, and ends only when killed. */
    DEAF,
    /** Runs, and answers no probe. */
    MUTE,
    /** Ends by itself. */
    ENDS,
    /** Takes more memory than it is allowed. */
    RUNS_OUT_OF_MEMORY,
    /** Its entry point is not there. */
    CANNOT_START
  }

  public FakeApp {
    lines = List.copyOf(lines);
    healthcheck = List.copyOf(healthcheck);
    volumes = List.copyOf(volumes);
  }

  public static FakeApp of(Manner manner, String... lines) {
    return new FakeApp(manner, 0, List.of(lines), List.of(), List.of());
  }

  public static FakeApp ending(int exitCode, String... lines) {
    return new FakeApp(Manner.ENDS, exitCode, List.of(lines), List.of(), List.of());
  }

  public FakeApp withHealthcheck(String... test) {
    return new FakeApp(manner, exitCode, lines, List.of(test), volumes);
  }

  public FakeApp withVolumes(String... paths) {
    return new FakeApp(manner, exitCode, lines, healthcheck, List.of(paths));
  }
}
