package io.appserver.orchestrator.crash;

import io.appserver.orchestrator.testing.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A {@link Child}, from outside. */
final class ChildProcess implements AutoCloseable {

  private static final Pattern PASSED = Pattern.compile("fault point (\\d+) is (.+)$");

  /** How a process ends that was killed, as shells count. */
  private static final int KILLED = 128 + 9;

  private static final int PATIENCE_SECONDS = 120;

  private final Path log;
  private final Process process;
  private final BufferedReader said;
  private final Writer told;

  /**
   * Begins to start one; it takes a second or two until it can be told anything.
   *
   * @param archive an option of the JVM for what it keeps of classes
   * @param arguments as {@link Child} takes them
   */
  ChildProcess(Path log, String archive, String... arguments) {
    this.log = log;
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // it does not live long enough for more
    command.add("-XX:+UseSerialGC");
    command.add(archive);
    command.add("-Xlog:disable"); // what it says of the archive would be taken for words
    command.add("-Dorchestrator.fault=");
    command.add("-Djava.util.logging.SimpleFormatter.format=%1$tT.%1$tL %4$s %5$s%6$s%n");
    command.add("-cp");
    command.add(ClassPath.jars());
    command.add(Child.class.getName());
    command.addAll(List.of(arguments));
    try {
      process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    said = process.inputReader(StandardCharsets.UTF_8);
    told = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Lets it begin to converge and to watch. */
  void start() {
    tell("start");
    hear(Child.STARTED);
  }

  void awaitBoot() {
    hear(Child.BOOTED);
  }

  /** Says what befalls it where; its passages are counted from now. */
  void fault(String plan) {
    tell("fault " + plan);
  }

  void signal(String app, String cause) {
    tell("signal " + app + " " + cause);
    if (!heard(Child.SIGNALLED) && process.isAlive()) {
      awaitEnd(); // killed before it could say so
    }
  }

  /** Asks it to stop in order, and waits until it has. */
  void stop() {
    tell("stop");
    hear(Child.STOPPED);
    awaitEnd();
  }

  private void tell(String line) {
    try {
      told.write(line + "\n");
      told.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it has ended meanwhile
    }
  }

  private void hear(String word) {
    if (!heard(word)) {
      throw new IllegalStateException("the child did not say %s:%n%s".formatted(word, logged()));
    }
  }

  private boolean heard(String word) {
    try {
      return word.equals(said.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Whether it has ended, and by KILL. */
  boolean killed() {
    return !process.isAlive() && process.exitValue() == KILLED;
  }

  void awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the child does not end:\n" + logged());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends it that signal. */
  void send(String signal) {
    Command.run("kill", "-" + signal, Long.toString(process.pid()));
  }

  /** KILL, from outside. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** The fault points it has passed since the last plan was made, in their order. */
  List<String> passed() {
    var points = new ArrayList<String>();
    logged()
        .lines()
        .map(PASSED::matcher)
        .filter(Matcher::find)
        .forEach(passage -> {
          if (passage.group(1).equals("1")) {
            points.clear(); // counted from here
          }
          points.add(passage.group(2));
        });
    return points;
  }

  String logged() {
    try (Stream<String> lines = Files.lines(log)) {
      return String.join("\n", lines.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
