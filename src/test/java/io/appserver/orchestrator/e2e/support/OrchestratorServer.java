package io.appserver.orchestrator.e2e.support;

import static org.awaitility.Awaitility.await;

import io.appserver.orchestrator.testing.Command;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/** The built server with the built application, in a process and a directory of its own. */
public final class OrchestratorServer implements AutoCloseable {

  private static final String NAME = "orchestrator";

  private static final Duration LONGEST_START = Patience.SERVER;
  private static final Duration LONGEST_STOP = Patience.CONDITION;

  private static final int TAIL = 60;

  /** What Open Liberty says for each answer of {@code /health} that is not UP. */
  private static final Pattern HEALTH_REPORT = Pattern.compile("CWMMH005[0-9]W");

  /** Open Liberty's codes for an application that did not start. */
  private static final Pattern APPLICATION_FAILED = Pattern.compile("CWWKZ000[24]E");

  private final Path checkout;
  private final Path home;
  private final Path runtime;
  private final Map<String, String> settings;
  private final Place place;
  private final int port = FreePort.find();
  private String fault = "";
  private String nodeName = "";
  private Process process;

  /**
   * @param checkout with the built server below {@code target}
   * @param home the directory that becomes this server's
   * @param place where its process runs
   * @param settings the server's whole environment, apart from what any process needs
   */
  OrchestratorServer(Path checkout, Path home, Place place, Map<String, String> settings) {
    this.checkout = checkout;
    this.home = home;
    this.place = place;
    this.settings = Map.copyOf(settings);
    this.runtime =
        Path.of(
            System.getProperty(
                "orchestrator.wlp", checkout.resolve("target/liberty/wlp").toString()));
    Path war =
        Path.of(
            System.getProperty(
                "orchestrator.war", checkout.resolve("target/orchestrator.war").toString()));
    Path built = runtime.resolve("usr/servers/" + NAME);
    if (!Files.isRegularFile(war) || !Files.isDirectory(built)) {
      throw new IllegalStateException(
          "There is no built server (%s) or application (%s): mvn package makes both."
              .formatted(built, war));
    }
    copy(built, configuration());
    bring(war, configuration().resolve("apps/orchestrator.war"));
  }

  /** Another instance, with the same settings and a directory of its own; not started. */
  public OrchestratorServer twin(String name) {
    return new OrchestratorServer(
        checkout, home.resolveSibling(home.getFileName() + "_" + name), place, settings);
  }

  /** How a server ended. */
  public record Exit(int code, Duration took) {}

  private Path configuration() {
    return home.resolve("usr/servers/" + NAME);
  }

  /** Everything the server said on its console, over all its starts. */
  public Path consoleFile() {
    return home.resolve("console.log");
  }

  /** Starts the server and waits until it is ready. */
  public void start() {
    launch();
    awaitReady();
  }

  /** Waits until the server that was launched is ready. */
  public void awaitReady() {
    try {
      await("the server is ready")
          .atMost(LONGEST_START)
          .pollInterval(Duration.ofMillis(300))
          .until(() -> stoppedStarting() || isReady());
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException(
          "The server was not ready after %s.%n%s".formatted(LONGEST_START, tail()), e);
    }
    if (stoppedStarting()) {
      throw new IllegalStateException("The server did not start.\n" + tail());
    }
  }

  /** Whether it will never be ready: the process ended, or goes on without the application. */
  private boolean stoppedStarting() {
    return !process.isAlive()
        || console().stream().anyMatch(line -> APPLICATION_FAILED.matcher(line).find());
  }

  /**
   * From its next start on a signal befalls it where the plan says, such as {@code
   * KILL@create.opened:1}; nothing does where that is empty.
   */
  public void plan(String faultPlan) {
    fault = faultPlan;
  }

  /** From its next start on its node has that name. */
  public void nameNode(String name) {
    nodeName = name;
  }

  /** Starts the server and does not wait. */
  public void launch() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("The server runs already.");
    }
    var command = new ArrayList<>(place.command());
    command.addAll(List.of(runtime.resolve("bin/server").toString(), "run", NAME));
    var builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(consoleFile().toFile()));
    Map<String, String> environment = builder.environment();
    // What this process was told is none of the server's business.
    environment.keySet().retainAll(List.of("PATH", "LANG", "TMPDIR"));
    environment.putAll(settings);
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("HOME", home.toString());
    environment.put("WLP_USER_DIR", home.resolve("usr").toString());
    environment.put("HTTP_HOST", place.host());
    environment.put("HTTP_PORT", Integer.toString(port));
    if (!nodeName.isEmpty()) {
      environment.put("APPSERVER_DOCKER_NODE_NAME", nodeName);
    }
    if (!fault.isEmpty()) {
      environment.put("JVM_ARGS", "-Dorchestrator.fault=" + fault);
    }
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isReady() {
    try {
      return get("/health/ready").statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The answer to a GET of that path. */
  public HttpResponse<String> get(String path) {
    return Http.get(uri(path));
  }

  public URI uri(String path) {
    return URI.create("http://" + place.host() + ":" + port + path);
  }

  /** Stops the server as a service manager does, by TERM. */
  public Exit stop() {
    long begun = System.nanoTime();
    process.destroy();
    return exit(begun);
  }

  /** Ends the server by KILL: no last words, nothing put in order. */
  public void kill() {
    long begun = System.nanoTime();
    process.destroyForcibly();
    exit(begun);
  }

  /** Waits until the server has ended by itself. */
  public Exit awaitEnd() {
    return exit(System.nanoTime());
  }

  /** Holds the whole process (STOP) while something is done; it goes on after. */
  public void whileHeld(Runnable action) {
    signal("STOP");
    try {
      action.run();
    } finally {
      signal("CONT");
    }
  }

  private void signal(String name) {
    Command.run("kill", "-" + name, Long.toString(process.pid()));
  }

  private Exit exit(long begun) {
    try {
      if (!process.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException(
            "The server did not end within %s.%n%s".formatted(LONGEST_STOP, tail()));
      }
      return new Exit(process.exitValue(), Duration.ofNanos(System.nanoTime() - begun));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** All lines of the console so far. */
  public List<String> console() {
    try (Stream<String> lines = Files.lines(consoleFile())) {
      return lines.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the console said about the app: the guide's {@code grep "app_name=todos"}. */
  public List<String> console(App app) {
    return console().stream()
        .filter(line -> line.contains("app_name=" + app.name() + " "))
        .toList();
  }

  private String tail() {
    List<String> lines =
        console().stream().filter(line -> !HEALTH_REPORT.matcher(line).find()).toList();
    return "The end of "
        + consoleFile()
        + ":\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
  }

  /** What is there already keeps its age: what the server knows of its classes goes by that. */
  private static void bring(Path war, Path there) {
    try {
      if (!Files.exists(there) || Files.mismatch(war, there) != -1) {
        copyFile(war, there);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * With what the server keeps of its features and of the application's classes since it ran as it
   * was built, if it did: that saves a third of each first start.
   */
  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(from.resolve("tranlog")))
          .filter(file -> !file.startsWith(from.resolve("logs")))
          .filter(file -> !file.getFileName().toString().startsWith(".s")) // of a running process
          .forEach(file -> copyFile(file, to.resolve(from.relativize(file).toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyFile(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends what still runs, and removes everything but the console's file. */
  @Override
  public void close() {
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().onExit().join();
    }
    deleteTree(home.resolve("usr"));
  }

  static void deleteTree(Path top) {
    if (!Files.exists(top)) {
      return;
    }
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The settings it was started with, in order, for showing their names. */
  public Map<String, String> settings() {
    return new TreeMap<>(settings);
  }
}
