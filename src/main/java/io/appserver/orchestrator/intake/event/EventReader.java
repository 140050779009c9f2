package io.appserver.orchestrator.intake.event;

import static java.nio.charset.CodingErrorAction.REPORT;

import jakarta.json.Json;
import jakarta.json.JsonException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Understands the bodies of the platform's events: a JSON object, bare or wrapped in {@code data}
 * or {@code payload}, with the app's name, its id, or both.
 */
public final class EventReader {

  /** As much as the intake keeps of a body; an event needs a few hundred bytes. */
  public static final int LARGEST_BODY = 64 * 1024;

  /** Far more than any event nests, far less than a parser's stack bears. */
  static final int DEEPEST_NESTING = 32;

  /** {@code data} in {@code payload} or the other way round. */
  private static final int DEEPEST_WRAPPING = 2;

  private final JsonParserFactory parsers = Json.createParserFactory(Map.of());

  public ParsedEvent read(Body body, EventKind kind) {
    if (body.length() > LARGEST_BODY) {
      return rejected(
          RejectionCode.TOO_LARGE,
          "the body has %d bytes; at most %d are read".formatted(body.length(), LARGEST_BODY));
    }
    String text;
    try {
      text = decode(body);
    } catch (CharacterCodingException e) {
      return rejected(RejectionCode.MALFORMED_JSON, "the body is not UTF-8");
    }
    if (text.isBlank()) {
      return rejected(RejectionCode.EMPTY_BODY, "the body is empty");
    }
    Optional<String> tooDeep = nestingProblem(text);
    if (tooDeep.isPresent()) {
      return rejected(RejectionCode.MALFORMED_JSON, tooDeep.get());
    }
    try (JsonParser parser = parsers.createParser(new StringReader(text))) {
      return read(parser, kind);
    } catch (JsonParsingException e) {
      var at = e.getLocation();
      return rejected(
          RejectionCode.MALFORMED_JSON,
          "the body is not JSON: line %d, column %d"
              .formatted(at.getLineNumber(), at.getColumnNumber()));
    } catch (JsonException e) {
      return rejected(RejectionCode.MALFORMED_JSON, "the body is not JSON");
    }
  }

  private static String decode(Body body) throws CharacterCodingException {
    String text =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(REPORT)
            .onUnmappableCharacter(REPORT)
            .decode(ByteBuffer.wrap(body.bytes()))
            .toString();
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Counts brackets outside strings, so that no parser has to survive a bomb of them. */
  private static Optional<String> nestingProblem(String text) {
    int depth = 0;
    boolean inString = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (inString) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          inString = false;
        }
      } else if (c == '"') {
        inString = true;
      } else if (c == '{' || c == '[') {
        if (++depth > DEEPEST_NESTING) {
          return Optional.of("the body nests deeper than %d levels".formatted(DEEPEST_NESTING));
        }
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
    return Optional.empty();
  }

  private static ParsedEvent read(JsonParser parser, EventKind kind) {
    if (parser.next() != JsonParser.Event.START_OBJECT) {
      drain(parser); // what is no JSON at all is told as that
      return rejected(RejectionCode.NOT_AN_OBJECT, "the body is JSON, but not an object");
    }
    var fields = new EventFields();
    readObject(parser, fields, 0);
    drain(parser); // anything behind the object makes it no JSON
    return fields.reading(kind);
  }

  private static void readObject(JsonParser parser, EventFields fields, int wrapping) {
    while (parser.next() != JsonParser.Event.END_OBJECT) {
      // Lower case without underscores: app_name, appName and AppName are one.
      String key = parser.getString().replace("_", "").toLowerCase(Locale.ROOT);
      JsonParser.Event value = parser.next();
      switch (key) {
        case "appname" -> fields.name(value, parser);
        case "appid", "aggregateid" -> fields.id(value, parser);
        case "occurredat" -> fields.occurredAt(value, parser);
        case "data", "payload" -> {
          if (value == JsonParser.Event.START_OBJECT && wrapping < DEEPEST_WRAPPING) {
            readObject(parser, fields, wrapping + 1);
            continue;
          }
        }
        default -> {
          // not for us
        }
      }
      skip(value, parser);
    }
  }

  /** Goes to the end of the value that has just begun. */
  private static void skip(JsonParser.Event value, JsonParser parser) {
    if (value == JsonParser.Event.START_OBJECT) {
      parser.skipObject();
    } else if (value == JsonParser.Event.START_ARRAY) {
      parser.skipArray();
    }
  }

  private static void drain(JsonParser parser) {
    while (parser.hasNext()) {
      parser.next();
    }
  }

  private static Rejected rejected(RejectionCode code, String message) {
    return new Rejected(code, message);
  }
}
