package io.appserver.orchestrator.configuration;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The formats of values that are not addresses, and the bounds that more than one of them shares.
 */
public final class ValueFormats {

  public static final ValueFormat<Integer> PORT = integer(1, 65_535);

  /** The kernel's bounds for CPU shares, which the engine enforces. */
  public static final ValueFormat<Integer> CPU_SHARES = integer(2, 262_144);

  /** From the least the engine takes (6 MB) to 16 TiB, which no host has. */
  public static final ValueFormat<Long> MEMORY_MB = megabytes(integer(6, 16 * 1024 * 1024));

  /** The tags that the platform publishes images under. */
  public static final ValueFormat<String> IMAGE_STAGE = oneOf("latest", "pre-release", "testing");

  static final ValueFormat<String> TEXT = text -> text;

  static final ValueFormat<String> USER_NAME =
      matching("[^\\p{Cntrl}:]+", "a user name without ':'");

  static final ValueFormat<Boolean> FLAG =
      named(
          "true, false",
          text ->
              switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new IllegalArgumentException("must be true or false");
              });

  static final ValueFormat<String> UUID_TEXT =
      text -> {
        var allowed = "must be a UUID such as 123e4567-e89b-42d3-a456-426614174000";
        if (text.length() != 36) {
          throw new IllegalArgumentException(
              allowed); // UUID.fromString also takes shortened groups
        }
        try {
          return UUID.fromString(text).toString();
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(allowed, e);
        }
      };

  /** What docker's own client keeps in its certificate folder. */
  private static final List<String> CERTIFICATES = List.of("ca.pem", "cert.pem", "key.pem");

  static final ValueFormat<String> CERTIFICATE_FOLDER =
      text -> {
        if (CERTIFICATES.stream().allMatch(file -> readable(text, file))) {
          return text;
        }
        throw new IllegalArgumentException(
            "must be a folder with ca.pem, cert.pem and key.pem that the orchestrator can read");
      };

  private ValueFormats() {}

  /** The format, told of in those words. */
  static <T> ValueFormat<T> named(String words, ValueFormat<T> format) {
    return new ValueFormat<>() {
      @Override
      public T read(String text) {
        return format.read(text);
      }

      @Override
      public String words() {
        return words;
      }
    };
  }

  private static ValueFormat<Long> megabytes(ValueFormat<Integer> number) {
    return named(number.words(), text -> number.read(text).longValue());
  }

  public static ValueFormat<Integer> integer(int least, int most) {
    return named(
        "%d to %d".formatted(least, most),
        text -> {
          // Nine digits and a sign always fit; no bound is longer.
          if (text.matches("-?[0-9]{1,9}")) {
            int value = Integer.parseInt(text);
            if (value >= least && value <= most) {
              return value;
            }
          }
          throw new IllegalArgumentException(
              "must be a whole number from %d to %d".formatted(least, most));
        });
  }

  public static ValueFormat<String> oneOf(String... words) {
    List<String> allowed = List.of(words);
    return named(
        "`%s`".formatted(String.join("`, `", allowed)),
        text -> {
          if (allowed.contains(text)) {
            return text;
          }
          throw new IllegalArgumentException("must be one of " + String.join(", ", allowed));
        });
  }

  /** From and to those durations, as Go writes them. */
  static ValueFormat<Duration> duration(String shortest, String longest) {
    Duration least = GoDuration.parse(shortest);
    Duration most = GoDuration.parse(longest);
    String allowed =
        "must be a duration from %s to %s, such as 90s or 2m30s"
            .formatted(GoDuration.format(least), GoDuration.format(most));
    return named(
        "duration, %s to %s".formatted(shortest, longest),
        text -> {
          Duration value;
          try {
            value = GoDuration.parse(text);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(allowed + " (" + e.getMessage() + ")", e);
          }
          if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(allowed);
          }
          return value;
        });
  }

  /** Also a whole number of days, such as {@code 90d}, which durations of Go do not have. */
  static ValueFormat<Duration> daysOr(ValueFormat<Duration> duration) {
    return named(
        duration.words() + "; whole days as in `90d` too",
        text ->
            duration.read(
                text.matches("[0-9]{1,6}d")
                    ? 24L * Long.parseLong(text, 0, text.length() - 1, 10) + "h"
                    : text));
  }

  /**
   * @param words what the pattern means, going on from “must be”
   */
  static ValueFormat<String> matching(String pattern, String words) {
    var compiled = Pattern.compile(pattern);
    return text -> {
      if (compiled.matcher(text).matches()) {
        return text;
      }
      throw new IllegalArgumentException("must be " + words);
    };
  }

  private static boolean readable(String folder, String file) {
    try {
      return Files.isReadable(Path.of(folder, file));
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
