package io.appserver.orchestrator.failure;

import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes text from outside storable: what an app logs, an engine or a registry answers, a sender or
 * an operator writes. It is cleaned value by value, before it is put into JSON or a statement: in
 * encoded text a backslash may belong to the value or to the encoding.
 */
public final class StorableText {

  /** Stands for each character that cannot be kept. */
  private static final char REPLACEMENT = '\uFFFD';

  /** Of a message, in characters: some forty lines. */
  public static final int LONGEST_MESSAGE = 4_000;

  /** Of one detail, in characters: forty lines of a log, a few of them very long. */
  public static final int LONGEST_DETAIL = 32_000;

  private StorableText() {}

  /**
   * The text as it came, but for what PostgreSQL cannot store: the character NUL, and halves of
   * surrogate pairs.
   */
  public static String exact(String text) {
    return replaced(text, false);
  }

  /** As {@link #exact}, also without control characters other than tabulator and line ends. */
  public static String plain(String text) {
    return replaced(text, true);
  }

  /**
   * As {@link #plain}, with at most that many characters: of what is longer the beginning and the
   * end are kept.
   *
   * @param most at least 100
   */
  public static String plain(String text, int most) {
    if (text.length() <= most) {
      return plain(text);
    }
    String gap = "\n… (%d characters are left out here) …\n".formatted(text.length() - most);
    int head = most / 4;
    int tail = most - head - gap.length();
    return plain(text.substring(0, head)) + gap + plain(text.substring(text.length() - tail));
  }

  /**
   * Whether the database refused a value itself, and will refuse it again: SQL state of class 22
   * (data exception) or 54 (program limit exceeded).
   */
  public static boolean refused(Throwable thrown) {
    return Causes.of(thrown)
        .flatMap(cause ->
            cause instanceof SQLException sql
                ? Optional.ofNullable(sql.getSQLState()).stream()
                : Stream.empty())
        .findFirst()
        .filter(state -> state.startsWith("22") || state.startsWith("54"))
        .isPresent();
  }

  private static String replaced(String text, boolean alsoControls) {
    int first = 0;
    while (first < text.length() && keeps(text, first, alsoControls)) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    var kept = new StringBuilder(text);
    for (int i = first; i < text.length(); i++) {
      if (!keeps(text, i, alsoControls)) {
        kept.setCharAt(i, REPLACEMENT);
      }
    }
    return kept.toString();
  }

  private static boolean keeps(String text, int at, boolean alsoControls) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
    boolean layout = c == '\t' || c == '\n' || c == '\r';
    return c != 0 && (layout || !alsoControls || !Character.isISOControl(c));
  }
}
