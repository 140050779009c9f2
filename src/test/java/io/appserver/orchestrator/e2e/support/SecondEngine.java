package io.appserver.orchestrator.e2e.support;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import io.appserver.orchestrator.testing.Command;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A container engine beside the one of this machine, to be killed, stopped and filled up: in a
 * network of its own, and with little space for its data. What a run that was killed left behind is
 * cleared away by the next. Takes root.
 */
public final class SecondEngine implements AutoCloseable {

  /** Before the number of the process that made it. */
  private static final String PREFIX = "orchestrator-faults-";

  /** Paths of sockets end at 107 characters, and containerd's are long. */
  private static final Path PARENT = Path.of("/run");

  private static final String[] PROGRAMS = {
    "dockerd", "containerd", "ip", "iptables", "nsenter", "mount", "umount", "kill"
  };

  private static final Duration LONGEST_START = Patience.SERVER;

  /** Longer than dockerd itself gives its containers. */
  private static final Duration LONGEST_STOP = Patience.CONDITION;

  private static final AtomicInteger MADE = new AtomicInteger();

  private final String name;
  private final NetworkNamespace network;
  private boolean liveRestore;
  private Process dockerd;

  private SecondEngine(String name, NetworkNamespace network) {
    this.name = name;
    this.network = network;
  }

  /**
   * Starts one.
   *
   * @param megabytes the size of its data root, which is kept in memory
   */
  public static SecondEngine start(int megabytes) {
    requireWhatItTakes();
    clearLeftBehind();
    long owner = ProcessHandle.current().pid();
    int count = MADE.getAndIncrement();
    String name = PREFIX + owner + "-" + count;
    var engine = new SecondEngine(name, NetworkNamespace.create(name, number(owner, count)));
    try {
      Files.createDirectories(engine.dataRoot());
      Files.createDirectories(engine.log().getParent());
      // overlay2 works on a tmpfs, and whatever a killed run leaves is gone with it.
      Command.run(
          "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", name, engine.dataRoot() + "");
      engine.start();
      return engine;
    } catch (IOException e) {
      engine.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  private static void requireWhatItTakes() {
    List<String> missing = Command.missing(PROGRAMS);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "A second engine takes programs that are not there: "
              + String.join(", ", missing)
              + ". On Debian: apt-get install docker.io iproute2 iptables util-linux");
    }
    try {
      if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
        throw new IllegalStateException(
            "A second engine in a network of its own takes root: run the tests as root.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In the machine's network it would take the place of the first engine's addresses. */
  public NetworkNamespace network() {
    return network;
  }

  public String socket() {
    return home().resolve("docker.sock").toString();
  }

  private Path home() {
    return PARENT.resolve(name);
  }

  private Path dataRoot() {
    return home().resolve("data");
  }

  private Path filler() {
    return dataRoot().resolve("filler");
  }

  private Path containerdPidFile() {
    return home().resolve("exec/containerd/containerd.pid");
  }

  /** Whether containers survive the engine (live-restore), from now on. */
  public void keepContainersAlive(boolean alive) {
    if (liveRestore == alive) {
      return;
    }
    liveRestore = alive;
    writeConfiguration();
    Command.signal("HUP", dockerd.pid());
    try (DockerClient client = client()) {
      await("the second engine has read its configuration")
          .atMost(LONGEST_START)
          .ignoreExceptions() // an answer that takes longer than others
          .until(() ->
              Boolean.valueOf(alive)
                  .equals(client.infoCmd().exec().getRawValues().get("LiveRestoreEnabled")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts dockerd, and returns when it answers. */
  public void start() {
    writeConfiguration();
    try {
      // They name processes that are gone, or are gone but for their parent's notice.
      Files.deleteIfExists(home().resolve("docker.pid"));
      Files.deleteIfExists(containerdPidFile());
      var command = new ArrayList<>(network.command());
      command.addAll(List.of("dockerd", "--config-file", home().resolve("daemon.json").toString()));
      dockerd =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitAnswer();
  }

  private void writeConfiguration() {
    try {
      Files.writeString(
          home().resolve("daemon.json"),
          """
          {
            "hosts": ["unix://%1$s/docker.sock"],
            "data-root": "%1$s/data",
            "exec-root": "%1$s/exec",
            "pidfile": "%1$s/docker.pid",
            "cgroup-parent": "/%2$s",
            "insecure-registries": ["%3$s"],
            "live-restore": %4$s,
            "max-download-attempts": 1,
            "log-level": "warn"
          }
          """
              .formatted(home(), name, network.range(), liveRestore));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whatever was done to it before. */
  void startUnlessItAnswers() {
    if (dockerd.isAlive()) {
      letGo();
      letContainerdGo();
    } else {
      start();
    }
  }

  private void awaitAnswer() {
    try (DockerClient client = client()) {
      await("the second engine answers")
          .atMost(LONGEST_START)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> !dockerd.isAlive() || answers(client));
      if (!dockerd.isAlive()) {
        throw new IllegalStateException("The second engine ended:\n" + Files.readString(log()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answers(DockerClient client) {
    try {
      client.pingCmd().exec();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private DockerClient client() {
    var config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost("unix://" + socket())
            .withDockerTlsVerify(false)
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .responseTimeout(Duration.ofSeconds(2))
            .build());
  }

  /** Ends dockerd by KILL. Its containerd goes with it, the containers run on. */
  public void kill() {
    dockerd.destroyForcibly().onExit().join();
  }

  /** Ends dockerd as a service manager does, by TERM. */
  public void stop() {
    dockerd.destroy();
    try {
      if (!dockerd.waitFor(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("dockerd did not end within " + LONGEST_STOP);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Holds dockerd (STOP): it still takes connections, and answers none. */
  public void hold() {
    Command.signal("STOP", dockerd.pid());
  }

  /** Lets dockerd go on (CONT). */
  public void letGo() {
    Command.signal("CONT", dockerd.pid());
    awaitAnswer();
  }

  /** Ends containerd by KILL; dockerd starts another one after a while. */
  public void killContainerd() {
    Command.signal("KILL", containerd());
  }

  /** Holds containerd (STOP): dockerd answers, but nothing can be started. */
  public void holdContainerd() {
    Command.signal("STOP", containerd());
  }

  public void letContainerdGo() {
    Command.signal("CONT", containerd());
  }

  private long containerd() {
    try {
      return Long.parseLong(Files.readString(containerdPidFile()).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes all the space that is left in the data root. */
  public void fillUp() {
    try (OutputStream out = Files.newOutputStream(filler())) {
      var block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      // Full, which is what was wanted.
    }
  }

  /** Gives the space back. */
  public void freeSpace() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What dockerd and containerd said; it stays. */
  private Path log() {
    return Platform.checkout().resolve("target/e2e/" + name + ".log");
  }

  /** Ends it with all its containers, and removes every trace. */
  @Override
  public void close() {
    clear(name);
  }

  /** The remains of those whose tests are no more. */
  private static void clearLeftBehind() {
    Stream.concat(NetworkNamespace.all(PREFIX).stream(), directories())
        .distinct()
        .filter(left -> ProcessHandle.of(owner(left)).isEmpty())
        .forEach(SecondEngine::clear);
  }

  private static Stream<String> directories() {
    try (Stream<Path> paths = Files.list(PARENT)) {
      return paths
          .map(path -> path.getFileName().toString())
          .filter(directory -> directory.startsWith(PREFIX))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long owner(String name) {
    return Long.parseLong(name.substring(PREFIX.length()).split("-", -1)[0]);
  }

  private static int number(long owner, int count) {
    return (int) (owner * 8 + count);
  }

  private static void clear(String name) {
    int count = Integer.parseInt(name.substring(PREFIX.length()).split("-", -1)[1]);
    NetworkNamespace.remove(name, number(owner(name), count));
    Path home = PARENT.resolve(name);
    mountsBelow(home).forEach(mount -> Command.attempt("umount", "--lazy", mount));
    deleteTree(home);
    deleteControlGroups(name);
  }

  /** The innermost first. */
  private static List<String> mountsBelow(Path home) {
    try {
      return Files.readAllLines(Path.of("/proc/mounts")).stream()
          .map(line -> line.split(" ", -1)[1])
          .filter(mount -> mount.startsWith(home + "/"))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteControlGroups(String name) {
    // With version 1 of the control groups one in each hierarchy, with version 2 one in all.
    Command.attempt(
        "find", "/sys/fs/cgroup", "-depth", "-type", "d", "-path", "*/" + name + "*", "-delete");
  }

  private static void deleteTree(Path top) {
    Command.run("rm", "--recursive", "--force", "--one-file-system", top.toString());
  }
}
