package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.util.Locale;
import java.util.Optional;

/**
 * A volume with data of an app, on a node.
 *
 * @param appId whose data it is
 * @param path where it was mounted last; empty while that is not known
 * @param used whether a process may have written to it
 * @param purgedBy the operator who wants it removed; empty unless one does
 */
public record DataVolume(
    String node,
    String name,
    AppId appId,
    AppName appName,
    String path,
    Origin origin,
    boolean used,
    Optional<String> purgedBy) {

  /** Why an app has a volume. */
  public enum Origin {
    /** Its setting {@code docker.volume.path} asks for it. */
    SETTING,
    /** Its image declares a {@code VOLUME}. */
    IMAGE,
    /** A container that was not ours had it, and was replaced: it is used, and never removed. */
    FOREIGN;

    /** The lower-case word used outside the program. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The origin of that word. */
    public static Origin ofWord(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }
  }

  /** One that nobody wants removed. */
  public static DataVolume of(
      String node,
      String name,
      AppId appId,
      AppName appName,
      String path,
      Origin origin,
      boolean used) {
    return new DataVolume(node, name, appId, appName, path, origin, used, Optional.empty());
  }

  /** Whether it is that volume of that node. */
  public boolean is(String otherNode, String otherName) {
    return node.equals(otherNode) && name.equals(otherName);
  }
}
