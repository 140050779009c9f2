package io.appserver.orchestrator.convergence.spec;

import io.appserver.orchestrator.app.AppSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Tells whether a container was made from the app's present settings. It covers what the app's own
 * settings say of the container, not the orchestrator's defaults: an upgrade of the orchestrator,
 * or another default, replaces nothing.
 */
final class SpecHash {

  /** To be raised when the same settings are to make another container. */
  private static final String VERSION = "1";

  private SpecHash() {}

  /** The hash, with the version of its rules in front. */
  static String of(AppSettings settings) {
    String text =
        String.join(
            "\n",
            settings.imageStage().orElse(""),
            settings.port().map(String::valueOf).orElse(""),
            settings.publishPort().map(String::valueOf).orElse(""),
            settings.memoryMb().map(String::valueOf).orElse(""),
            settings.cpuShares().map(String::valueOf).orElse(""),
            settings.volumePath().orElse(""));
    return hash(text);
  }

  /**
   * Of how the app is asked whether it is well: nothing of that is in its container, so another
   * answer replaces none.
   */
  static String ofHealth(AppSettings settings) {
    return hash(settings.healthMode() + "\n" + settings.healthPath().orElse(""));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return VERSION + ":" + HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
