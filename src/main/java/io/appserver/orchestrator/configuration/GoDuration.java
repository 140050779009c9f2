package io.appserver.orchestrator.configuration;

import static java.math.BigInteger.ONE;
import static java.math.BigInteger.TEN;
import static java.math.BigInteger.ZERO;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as the platform writes them: {@code 10m}, {@code 1h30m}, {@code 1.5s}. Reads what Go's
 * {@code time.ParseDuration} reads, with the same result to the nanosecond, and refuses what it
 * refuses.
 */
public final class GoDuration {

  /**
   * Go keeps a duration in a signed 64-bit count of nanoseconds; only the negative side reaches
   * this.
   */
  private static final BigInteger LIMIT = ONE.shiftLeft(63);

  private static final Pattern PART =
      Pattern.compile("(?<whole>[0-9]*)(?<fraction>\\.[0-9]*)?(?<unit>[^0-9.]*)");

  /** Nanoseconds of each unit. The micro sign comes as U+00B5 and as the Greek letter U+03BC. */
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L,
          "\u03bcs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException if the text is not a duration; the message says why, without
   *     the text
   */
  public static Duration parse(String text) {
    boolean negative = text.startsWith("-");
    String unsigned = negative || text.startsWith("+") ? text.substring(1) : text;
    if (unsigned.equals("0")) {
      return Duration.ZERO; // the only number that needs no unit
    }
    if (unsigned.isEmpty()) {
      throw new IllegalArgumentException("there is no number");
    }
    BigInteger nanos = ZERO;
    Matcher part = PART.matcher(unsigned);
    for (int start = 0; start < unsigned.length(); start = part.end()) {
      part.region(start, unsigned.length()).lookingAt(); // matches anything, if only nothing
      nanos = withinLimit(nanos.add(nanos(part)));
    }
    if (!negative && nanos.equals(LIMIT)) {
      throw tooLong();
    }
    return Duration.ofNanos((negative ? nanos.negate() : nanos).longValueExact());
  }

  private static BigInteger nanos(Matcher part) {
    String whole = part.group("whole");
    String fraction = part.group("fraction") == null ? "" : part.group("fraction").substring(1);
    if (whole.isEmpty() && fraction.isEmpty()) {
      throw new IllegalArgumentException("there is no number");
    }
    Long unit = UNITS.get(part.group("unit"));
    if (unit == null) {
      throw new IllegalArgumentException(
          part.group("unit").isEmpty() ? "the unit is missing" : "the unit is unknown");
    }
    BigInteger wholeNanos =
        whole.isEmpty() ? ZERO : new BigInteger(whole).multiply(BigInteger.valueOf(unit));
    return withinLimit(wholeNanos).add(BigInteger.valueOf(fractionNanos(fraction, unit)));
  }

  /**
   * As Go does it: digits that no longer fit are dropped, and the rest is multiplied in floating
   * point.
   */
  private static long fractionNanos(String digits, long unit) {
    BigInteger value = ZERO;
    double scale = 1;
    for (int i = 0; i < digits.length(); i++) {
      BigInteger longer = value.multiply(TEN).add(BigInteger.valueOf(digits.charAt(i) - '0'));
      if (longer.compareTo(LIMIT) > 0) {
        break;
      }
      value = longer;
      scale *= 10;
    }
    return (long) (value.doubleValue() * (unit / scale));
  }

  private static BigInteger withinLimit(BigInteger nanos) {
    if (nanos.compareTo(LIMIT) > 0) {
      throw tooLong();
    }
    return nanos;
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException("it is longer than 2562047h, the longest there is");
  }

  /**
   * Prints it so that {@link #parse} reads it back, without the zeroes Go adds: {@code 2m}, {@code
   * 1h5s}.
   */
  public static String format(Duration duration) {
    if (duration.isNegative()) {
      return "-" + format(duration.negated());
    }
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
      return formatBelowSecond(duration.toNanosPart());
    }
    var text = new StringBuilder();
    appendUnlessZero(text, duration.toHours(), "h");
    appendUnlessZero(text, duration.toMinutesPart(), "m");
    if (duration.toNanosPart() == 0) {
      appendUnlessZero(text, duration.toSecondsPart(), "s");
    } else {
      String fraction = "%09d".formatted(duration.toNanosPart()).replaceFirst("0+$", "");
      text.append(duration.toSecondsPart()).append('.').append(fraction).append('s');
    }
    return text.toString();
  }

  private static String formatBelowSecond(int nanos) {
    if (nanos % 1_000_000 == 0) {
      return nanos / 1_000_000 + "ms";
    }
    return nanos % 1_000 == 0 ? nanos / 1_000 + "us" : nanos + "ns";
  }

  private static void appendUnlessZero(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }
}
