package io.appserver.orchestrator.container.docker;

import com.github.dockerjava.api.exception.DockerException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the engine or the system said, in its own words, fit to be shown: one line, no markup, no
 * credentials.
 *
 * @param text never longer than {@value #LONGEST} characters
 * @param page whether they came as a page of markup, which engines never send, but proxies do
 */
record EngineWords(String text, boolean page) {

  EngineWords(String text) {
    this(text, false);
  }

  private static final int LONGEST = 600;

  private static final Pattern STATUS = Pattern.compile("^Status \\d+: ");
  private static final Pattern MESSAGE =
      Pattern.compile("^\\{\\s*\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"\\s*}\\s*$");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");
  private static final Pattern MARKUP = Pattern.compile("<[^>]*>");
  private static final Pattern BLANK = Pattern.compile("[\\p{Cntrl}\\s]+");
  private static final Pattern CREDENTIALS = Pattern.compile("://[^/@\\s]+@");

  /** The words of a raw answer or message. */
  static EngineWords of(@Nullable String raw) {
    String text = STATUS.matcher(raw == null ? "" : raw).replaceFirst("");
    var message = MESSAGE.matcher(text);
    boolean page = text.stripLeading().startsWith("<");
    if (message.matches()) {
      text = ESCAPE.matcher(message.group(1)).replaceAll(EngineWords::unescaped);
    } else if (page) {
      text = MARKUP.matcher(text).replaceAll(" ");
    }
    text = CREDENTIALS.matcher(BLANK.matcher(text).replaceAll(" ").strip()).replaceAll("://");
    return new EngineWords(
        text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text, page);
  }

  /** The words of the innermost cause: the outer ones repeat it. */
  static EngineWords of(Throwable thrown) {
    Throwable innermost = thrown;
    while (!(innermost instanceof DockerException) && innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return message == null || message.isBlank()
        ? new EngineWords(innermost.getClass().getSimpleName())
        : of(message);
  }

  private static String unescaped(java.util.regex.MatchResult escape) {
    String character =
        switch (escape.group(1)) {
          case "n", "t", "r" -> " ";
          default -> escape.group(1);
        };
    return java.util.regex.Matcher.quoteReplacement(character);
  }

  /** Whether any of these, in lower case, is among the words. */
  boolean hasAny(String... phrases) {
    String lower = text.toLowerCase(Locale.ROOT);
    return Arrays.stream(phrases).anyMatch(lower::contains);
  }

  @Override
  public String toString() {
    return text;
  }
}
