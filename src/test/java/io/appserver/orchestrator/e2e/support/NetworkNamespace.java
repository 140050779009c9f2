package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.testing.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A network of its own for processes of this machine, with one cable between it and the machine.
 * Takes root.
 */
final class NetworkNamespace implements AutoCloseable {

  private static final Path ALL = Path.of("/run/netns");

  /** The cables' addresses, four each; nobody else's as far as private addresses can be. */
  private static final String NET = "10.213.";

  private static final int CABLES = 256 * 64;

  private final String name;
  private final int number;

  private NetworkNamespace(String name, int number) {
    this.name = name;
    this.number = number;
  }

  /**
   * Makes it.
   *
   * @param number tells its cable and its addresses from those of others
   */
  static NetworkNamespace create(String name, int number) {
    var namespace = new NetworkNamespace(name, number);
    String here = cable(number);
    String there = here + "i";
    Command.run("ip", "netns", "add", name);
    Command.run("ip", "link", "add", here, "type", "veth", "peer", "name", there);
    Command.run("ip", "link", "set", there, "netns", name);
    Command.run("ip", "addr", "add", namespace.address(1) + "/30", "dev", here);
    Command.run("ip", "link", "set", here, "up");
    namespace.run("ip", "link", "set", "lo", "up");
    namespace.run("ip", "addr", "add", namespace.address(2) + "/30", "dev", there);
    namespace.run("ip", "link", "set", there, "up");
    return namespace;
  }

  private void run(String... command) {
    Command.run(Stream.concat(command().stream(), Stream.of(command)).toArray(String[]::new));
  }

  /** Runs what follows it in here. Not {@code ip netns exec}, which hides the control groups. */
  List<String> command() {
    return List.of("nsenter", "--net=" + ALL.resolve(name));
  }

  /** The machine, as seen from inside. */
  InetAddress outside() {
    try {
      return InetAddress.getByName(address(1));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What runs inside, as seen from the machine. */
  String inside() {
    return address(2);
  }

  /** The network of both. */
  String range() {
    return address(0) + "/30";
  }

  private String address(int last) {
    int place = Math.floorMod(number, CABLES);
    return NET + place / 64 + "." + (place % 64 * 4 + last);
  }

  /** At most 15 characters, the peer's one more included. */
  private static String cable(int number) {
    return "orch" + Math.floorMod(number, CABLES);
  }

  /** The names of those that begin with the prefix. */
  static List<String> all(String prefix) {
    if (!Files.isDirectory(ALL)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(ALL)) {
      return names
          .map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    remove(name, number);
  }

  /** Kills what runs in there, containers included, and removes it; may be half there, or gone. */
  static void remove(String name, int number) {
    Path file = ALL.resolve(name);
    if (Files.exists(file)) {
      Awaitility.await("the end of all that ran in " + name)
          .until(() -> {
            List<ProcessHandle> living = inhabitants(file);
            living.forEach(ProcessHandle::destroyForcibly);
            return living.isEmpty();
          });
    }
    Command.attempt("ip", "link", "del", cable(number));
    Command.attempt("ip", "netns", "del", name);
  }

  /**
   * The processes inside, and those below them: a container has a network of its own, and a shim
   * inside.
   */
  private static List<ProcessHandle> inhabitants(Path namespace) {
    try {
      String wanted = "net:[" + Files.getAttribute(namespace, "unix:ino") + "]";
      return ProcessHandle.allProcesses()
          .filter(process -> wanted.equals(networkOf(process.pid())))
          .flatMap(process -> Stream.concat(process.descendants(), Stream.of(process)))
          .distinct()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty for one that has just ended, or whose parent has not noticed that yet. */
  private static String networkOf(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
