package io.appserver.orchestrator.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
public final class Command {

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private Command() {}

  /**
   * How a program went.
   *
   * @param status its exit code; -1 if it did not end in its time, and was killed
   * @param output what it printed, of both kinds
   */
  public record Outcome(int status, String output) {

    private String orFail(String... command) {
      if (status != 0) {
        throw new IllegalStateException(
            "%s %s:%n%s"
                .formatted(
                    String.join(" ", command),
                    status < 0 ? "did not end" : "failed",
                    output.strip()));
      }
      return output;
    }
  }

  /** What the program printed; a failure unless it ended well. */
  public static String run(String... command) {
    return run(Map.of(), command);
  }

  /** The same, with more in its environment than these tests have. */
  public static String run(Map<String, String> environment, String... command) {
    return run(LONGEST, environment, command);
  }

  /** The same, killed if it takes longer. */
  public static String run(Duration atMost, Map<String, String> environment, String... command) {
    return outcome(atMost, environment, command).orFail(command);
  }

  /** How it went, well or not. */
  public static Outcome outcome(
      Duration atMost, Map<String, String> environment, String... command) {
    Path output = null;
    try {
      // A file, since daemons that the program leaves behind would keep a pipe open.
      output = Files.createTempFile("command", ".log");
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Outcome(ended ? process.exitValue() : -1, Files.readString(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      delete(output);
    }
  }

  /** The same, where it may as well have been done before. */
  public static void attempt(String... command) {
    try {
      run(command);
    } catch (IllegalStateException e) {
      // Nothing was there to do it to.
    }
  }

  /** Those of the programs that are not on the path. */
  public static List<String> missing(String... programs) {
    List<Path> path =
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
            .map(Path::of)
            .toList();
    return Arrays.stream(programs)
        .filter(program ->
            path.stream().noneMatch(folder -> Files.isExecutable(folder.resolve(program))))
        .toList();
  }

  /** Sends the signal to the process, if it still lives. */
  public static void signal(String signal, long pid) {
    attempt("kill", "-" + signal, Long.toString(pid));
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
