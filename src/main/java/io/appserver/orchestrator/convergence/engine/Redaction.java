package io.appserver.orchestrator.convergence.engine;

import io.appserver.orchestrator.configuration.Settings;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes the secrets that apps are given, and passwords in URLs, out of what apps say. */
public final class Redaction {

  private static final String HIDDEN = "(hidden)";

  /** A shorter value is likelier to be an ordinary word than a secret that is worth the trouble. */
  private static final int SHORTEST = 4;

  private static final Pattern SECRET_NAME =
      Pattern.compile("PASSWORD|SECRET|TOKEN|CREDENTIAL|PRIVATE|(^|_)KEY|(^|_)PASS(_|$)");

  private static final Pattern PASSWORD_IN_URL = Pattern.compile("(://[^\\s/:@]*:)[^\\s/@]+@");

  private final List<String> secrets;

  public Redaction(Settings settings) {
    Set<String> values = new HashSet<>();
    values.add(settings.database().password().reveal());
    values.add(settings.registry().password().reveal());
    settings
        .apps()
        .environment()
        .forEach((name, value) -> {
          if (SECRET_NAME.matcher(name).find()) {
            values.add(value.reveal());
          }
        });
    // Logs come line by line.
    for (String value : List.copyOf(values)) {
      if (value.contains("\n")) {
        value
            .lines()
            .map(String::strip)
            .filter(line -> line.length() >= 2 * SHORTEST)
            .forEach(values::add);
      }
    }
    // A secret that contains another one goes first.
    this.secrets =
        values.stream()
            .filter(value -> value.length() >= SHORTEST)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** The text without them. */
  public String of(String text) {
    String redacted = text;
    for (String secret : secrets) {
      redacted = redacted.replace(secret, HIDDEN);
    }
    return PASSWORD_IN_URL.matcher(redacted).replaceAll("$1" + HIDDEN + "@");
  }
}
