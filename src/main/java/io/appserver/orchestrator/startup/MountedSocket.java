package io.appserver.orchestrator.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The engine's socket. Where it is mounted into a container as a file, the mount stays with that
 * file: if an engine that restarts makes its socket anew, nobody listens at the mounted one ever
 * again, and only a new start of the container mounts the new one.
 */
final class MountedSocket {

  private static final String UNIX = "unix://";

  private final Optional<Path> file;

  /**
   * @param host where the engine is: {@code unix://} and a path, or any other address, of which
   *     none is ever gone
   */
  MountedSocket(String host) {
    file =
        host.startsWith(UNIX)
            ? Optional.of(Path.of(host.substring(UNIX.length())))
            : Optional.empty();
  }

  /** Whether the file was removed where it came from, and is there through its mount alone. */
  boolean isGone() {
    return file.filter(MountedSocket::hasNoName).isPresent();
  }

  private static boolean hasNoName(Path file) {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(file, "unix:nlink"));
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return false; // it may come, or the system has no such thing
    }
  }
}
