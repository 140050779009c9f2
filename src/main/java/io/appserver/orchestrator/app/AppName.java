package io.appserver.orchestrator.app;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name an app is known by, such as {@code de.easy-m.todos}: part of image references, container
 * and DNS names, so it is checked before it reaches any of them.
 *
 * <p>Lower-case letters and digits in groups joined by single {@code .}, {@code _} or {@code -}; at
 * most {@value #MAX_LENGTH} characters; each dot-separated label at most {@value #MAX_LABEL_LENGTH}
 * (a DNS label's 63 less the {@code app-} prefix).
 */
public record AppName(String value) implements Comparable<AppName> {

  /** Leaves room in a repository path, whose limit is 255 characters. */
  public static final int MAX_LENGTH = 128;

  /** RFC 1035 §2.3.4 gives a label 63 octets; {@code app-} takes four. */
  public static final int MAX_LABEL_LENGTH = 59;

  private static final Pattern SHAPE = Pattern.compile("[a-z0-9]+([._-][a-z0-9]+)*");

  /**
   * @throws IllegalArgumentException if the text is not a valid name
   */
  public AppName {
    String problem = problemWith(value);
    if (!problem.isEmpty()) {
      throw new IllegalArgumentException(problem);
    }
  }

  /** The name, or empty if the text is not a valid one. */
  public static Optional<AppName> parse(String text) {
    return problemWith(text).isEmpty() ? Optional.of(new AppName(text)) : Optional.empty();
  }

  /** What is wrong with the text as a name, in words that do not repeat it; empty if nothing is. */
  public static String problemWith(String text) {
    if (text.isEmpty()) {
      return "the app name is empty";
    }
    if (text.length() > MAX_LENGTH) {
      return "the app name has %d characters; at most %d are allowed"
          .formatted(text.length(), MAX_LENGTH);
    }
    if (!SHAPE.matcher(text).matches()) {
      return "the app name must be lower-case letters and digits, joined by single '.', '_' or '-'";
    }
    for (String label : text.split("\\.", -1)) {
      if (label.length() > MAX_LABEL_LENGTH) {
        return "a dot-separated part of the app name has %d characters; at most %d are allowed"
            .formatted(label.length(), MAX_LABEL_LENGTH);
      }
    }
    return "";
  }

  /**
   * The name as it stands in an environment variable: upper case, everything else an underscore.
   */
  public String asVariable() {
    return value.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  @Override
  public int compareTo(AppName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
