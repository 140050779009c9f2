package io.appserver.orchestrator.doctor;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one check came to.
 *
 * @param check what was looked at, in one word, such as {@code registry}
 * @param summary what was found
 * @param cure what to do; never empty unless all is well
 * @param details what was seen, by name; never a secret
 */
public record Finding(
    String check, Status status, String summary, String cure, Map<String, String> details) {

  /** How bad it is. */
  public enum Status {
    OK,
    /** It works; something will go wrong, or does not work as well as it could. */
    WARNING,
    /** Apps cannot be installed, watched or stopped as they should be. */
    FAILED;

    /** The lower-case word used outside the program. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Finding {
    if (status != Status.OK && cure.isBlank()) {
      throw new IllegalArgumentException(
          "the check %s found %s, and names no cure".formatted(check, status.word()));
    }
    details = Map.copyOf(details);
  }

  static Finding ok(String check, String summary) {
    return new Finding(check, Status.OK, summary, "", Map.of());
  }

  static Finding warning(String check, String summary, String cure) {
    return new Finding(check, Status.WARNING, summary, cure, Map.of());
  }

  static Finding failed(String check, String summary, String cure) {
    return new Finding(check, Status.FAILED, summary, cure, Map.of());
  }

  /** With one more detail; an empty value adds nothing. */
  Finding with(String name, String value) {
    if (value.isEmpty()) {
      return this;
    }
    var all = new TreeMap<>(details);
    all.put(name, value);
    return new Finding(check, status, summary, cure, all);
  }
}
