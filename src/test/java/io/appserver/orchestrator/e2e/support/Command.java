package io.appserver.orchestrator.e2e.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs of this machine. */
final class Command {

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private Command() {}

  /** What the program printed; a failure unless it ended well. */
  static String run(String... command) {
    return run(Map.of(), command);
  }

  static String run(Map<String, String> environment, String... command) {
    Path output = null;
    try {
      // A file, since daemons that the program leaves behind would keep a pipe open.
      output = Files.createTempFile("command", ".log");
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
      String said = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "%s %s:%n%s"
                .formatted(
                    String.join(" ", command), ended ? "failed" : "did not end", said.strip()));
      }
      return said;
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
  static void attempt(String... command) {
    try {
      run(command);
    } catch (IllegalStateException e) {
      // Nothing was there to do it to.
    }
  }

  /** Those of the programs that are not on the path. */
  static List<String> missing(String... programs) {
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
  static void signal(String signal, long pid) {
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
