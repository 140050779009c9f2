package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.exception.DockerException;
import io.appserver.orchestrator.failure.Causes;
import jakarta.json.Json;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.io.StringReader;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the engine or the system said, in its own words, fit to be shown: one line, no markup, no
 * credentials. It may be anything: a proxy's page, the command of an image. The patterns take time
 * and stack that do not depend on what it is.
 *
 * @param whole all of it that was read
 * @param page whether it came as a page of markup, which engines never send, but proxies do
 */
record EngineWords(String whole, boolean page) {

  /** In characters; what is between beginning and end is left out of longer ones. */
  private static final int LONGEST = 600;

  private static final int BEGINNING = 350;

  /** So much of an answer is looked at, in characters; engines' messages have a few thousand. */
  private static final int MOST_READ = 64 * 1024;

  private static final Pattern STATUS = Pattern.compile("^Status \\d{1,9}: ");
  private static final Pattern MARKUP = Pattern.compile("<[^<>]*+>");
  private static final Pattern BLANK = Pattern.compile("[\\p{Cntrl}\\s]++");
  private static final Pattern CREDENTIALS = Pattern.compile("://[^/@\\s]*+@");

  EngineWords(String text) {
    this(text, false);
  }

  /** The words of a raw answer or message. */
  static EngineWords of(@Nullable String raw) {
    String read = raw == null ? "" : raw.substring(0, Math.min(raw.length(), MOST_READ));
    String text = STATUS.matcher(read).replaceFirst("");
    boolean page = text.stripLeading().startsWith("<");
    String words = page ? MARKUP.matcher(text).replaceAll(" ") : message(text).orElse(text);
    words = BLANK.matcher(words).replaceAll(" ").strip();
    return new EngineWords(CREDENTIALS.matcher(words).replaceAll("://"), page);
  }

  /** The words of the innermost cause: the outer ones repeat it. */
  static EngineWords of(Throwable thrown) {
    Throwable innermost =
        Causes.find(thrown, DockerException.class)
            .<Throwable>map(Function.identity())
            .orElseGet(() -> Causes.root(thrown));
    String message = innermost.getMessage();
    return message == null || message.isBlank()
        ? new EngineWords(innermost.getClass().getSimpleName())
        : of(message);
  }

  /** Engines answer {@code {"message": "…"}}. */
  private static Optional<String> message(String text) {
    if (!text.stripLeading().startsWith("{")) {
      return Optional.empty();
    }
    try (JsonParser parser = Json.createParser(new StringReader(text))) {
      while (parser.hasNext()) {
        if (parser.next() == Event.KEY_NAME
            && parser.getString().equals("message")
            && parser.next() == Event.VALUE_STRING) {
          return Optional.of(parser.getString());
        }
      }
      return Optional.empty();
    } catch (RuntimeException e) { // the parser has no one kind for what it cannot read
      return Optional.empty(); // it is shown as it came
    }
  }

  /** At most {@value #LONGEST} characters of it: the beginning and the end say most. */
  String text() {
    return whole.length() <= LONGEST
        ? whole
        : whole.substring(0, BEGINNING)
            + " … "
            + whole.substring(whole.length() - (LONGEST - BEGINNING - 3));
  }

  /** Whether any of these, in lower case, is among the words. */
  boolean hasAny(String... phrases) {
    String lower = whole.toLowerCase(Locale.ROOT);
    return Arrays.stream(phrases).anyMatch(lower::contains);
  }

  @Override
  public String toString() {
    return text();
  }
}
