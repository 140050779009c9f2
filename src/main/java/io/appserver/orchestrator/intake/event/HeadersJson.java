package io.appserver.orchestrator.intake.event;

import io.appserver.orchestrator.failure.StorableText;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Message headers as JSON and back. Times, bytes and decimals, which JSON does not have, become
 * objects with one key ({@code $time}, {@code $bytes}, {@code $decimal}), so that they come back as
 * what they were. A sender's table with one such key goes into an object with the key {@code
 * $table}, so that it comes back as a table.
 */
public final class HeadersJson {

  /** Kept: {@code Json} searches the class path for it at every call. */
  private static final JsonProvider JSON = JsonProvider.provider();

  private static final String TIME = "$time";
  private static final String BYTES = "$bytes";
  private static final String DECIMAL = "$decimal";
  private static final String TABLE = "$table";
  private static final Set<String> MARKS = Set.of(TIME, BYTES, DECIMAL, TABLE);

  /** The broker takes 128 KiB of headers, and tables in tables: enough of them to end a stack. */
  private static final int DEEPEST_NESTING = 32;

  private HeadersJson() {}

  public static String write(Map<String, ?> headers) {
    return object(headers, 0).toString();
  }

  public static Map<String, Object> read(String json) {
    try (var reader = JSON.createReader(new StringReader(json))) {
      return map(reader.readObject());
    }
  }

  private static JsonObject object(Map<?, ?> values, int depth) {
    var builder = JSON.createObjectBuilder();
    values.forEach((key, value) -> builder.add(storable(String.valueOf(key)), value(value, depth)));
    return builder.build();
  }

  private static JsonValue value(@Nullable Object value, int depth) {
    return switch (value) {
      case null -> JsonValue.NULL;
      case Object ignored when depth > DEEPEST_NESTING -> JSON.createValue("(nested too deeply)");
      case Boolean flag -> flag ? JsonValue.TRUE : JsonValue.FALSE;
      case Byte number -> JSON.createValue(number.intValue());
      case Short number -> JSON.createValue(number.intValue());
      case Integer number -> JSON.createValue(number);
      case Long number -> JSON.createValue(number);
      case Float number when Float.isFinite(number) -> JSON.createValue(number.doubleValue());
      case Double number when Double.isFinite(number) -> JSON.createValue(number);
      case BigDecimal number -> single(DECIMAL, number.toString());
      case Date time -> single(TIME, time.toInstant().toString());
      case byte[] bytes -> single(BYTES, Base64.getEncoder().encodeToString(bytes));
      case Map<?, ?> map when looksMarked(map) ->
          JSON.createObjectBuilder().add(TABLE, object(map, depth + 1)).build();
      case Map<?, ?> map -> object(map, depth + 1);
      case List<?> list -> {
        var array = JSON.createArrayBuilder();
        list.forEach(element -> array.add(value(element, depth + 1)));
        yield array.build();
      }
      default -> JSON.createValue(storable(value.toString()));
    };
  }

  private static boolean looksMarked(Map<?, ?> map) {
    return map.size() == 1
        && MARKS.contains(storable(String.valueOf(map.keySet().iterator().next())));
  }

  private static String storable(String text) {
    return StorableText.exact(text);
  }

  private static JsonObject single(String key, String value) {
    return JSON.createObjectBuilder().add(key, value).build();
  }

  /** What was written before tables were marked may only look as if it bore a mark. */
  private static Object marked(JsonObject object) {
    Map.Entry<String, JsonValue> only = object.entrySet().iterator().next();
    try {
      return switch (only.getKey()) {
        case TIME -> Date.from(Instant.parse(object.getString(TIME)));
        case BYTES -> Base64.getDecoder().decode(object.getString(BYTES));
        case DECIMAL -> new BigDecimal(object.getString(DECIMAL));
        case TABLE -> map(object.getJsonObject(TABLE));
        default -> map(object);
      };
    } catch (DateTimeException | IllegalArgumentException | ClassCastException e) {
      return map(object);
    }
  }

  private static Map<String, Object> map(JsonObject object) {
    var values = new LinkedHashMap<String, Object>();
    object.forEach((key, value) -> values.put(key, plain(value)));
    return values;
  }

  private static @Nullable Object plain(JsonValue value) {
    return switch (value) {
      case JsonString text -> text.getString();
      case JsonNumber number when number.isIntegral() -> number.longValue();
      case JsonNumber number -> number.doubleValue();
      case JsonArray array -> {
        var list = new ArrayList<@Nullable Object>();
        array.forEach(element -> list.add(plain(element)));
        yield list;
      }
      case JsonObject object when object.size() == 1 -> marked(object);
      case JsonObject object -> map(object);
      default ->
          switch (value.getValueType()) {
            case TRUE -> true;
            case FALSE -> false;
            default -> null;
          };
    };
  }
}
