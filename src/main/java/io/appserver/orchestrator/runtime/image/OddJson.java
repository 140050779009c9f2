package io.appserver.orchestrator.runtime.image;

import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** JSON of others: what is missing or of another kind than expected is empty, never an error. */
final class OddJson {

  private OddJson() {}

  /**
   * The object that the text is; empty if it is another value.
   *
   * @throws jakarta.json.JsonException if it is no JSON
   */
  static Optional<JsonObject> read(String text) {
    try (JsonReader reader = Json.createReader(new StringReader(text))) {
      return object(reader.readValue());
    }
  }

  private static Optional<JsonObject> object(JsonValue value) {
    return value.getValueType() == JsonValue.ValueType.OBJECT
        ? Optional.of(value.asJsonObject())
        : Optional.empty();
  }

  static Optional<JsonObject> object(JsonObject in, String name) {
    return Optional.ofNullable(in.get(name)).flatMap(OddJson::object);
  }

  static Optional<String> text(JsonObject in, String name) {
    return in.get(name) instanceof JsonString text
        ? Optional.of(text.getString())
        : Optional.empty();
  }

  /** The objects of the array; empty if it is none, or holds anything else. */
  static Optional<List<JsonObject>> objects(JsonObject in, String name) {
    JsonValue array = in.get(name);
    if (array == null || array.getValueType() != JsonValue.ValueType.ARRAY) {
      return Optional.empty();
    }
    var all = new ArrayList<JsonObject>();
    array.asJsonArray().forEach(value -> object(value).ifPresent(all::add));
    return all.size() == array.asJsonArray().size() ? Optional.of(all) : Optional.empty();
  }

  /** The sum of the numbers of that name; empty if one is missing or no size. */
  static OptionalLong sum(Optional<List<JsonObject>> objects, String name) {
    if (objects.isEmpty()) {
      return OptionalLong.empty();
    }
    BigInteger sum = BigInteger.ZERO;
    for (JsonObject each : objects.get()) {
      if (!(each.get(name) instanceof JsonNumber number) || !isSize(number)) {
        return OptionalLong.empty();
      }
      sum = sum.add(BigInteger.valueOf(number.longValueExact()));
    }
    return sum.bitLength() < Long.SIZE
        ? OptionalLong.of(sum.longValueExact())
        : OptionalLong.empty();
  }

  private static boolean isSize(JsonNumber number) {
    double about = number.doubleValue(); // not exact, and cheap for a number with a huge exponent
    return about >= 0 && about < Long.MAX_VALUE && number.isIntegral();
  }
}
