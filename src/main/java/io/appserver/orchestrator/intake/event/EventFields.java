package io.appserver.orchestrator.intake.event;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import jakarta.json.stream.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a body says about the app, gathered over all spellings and wrappers. Absent, null and "" are
 * one: nothing said.
 */
final class EventFields {

  /** What Go writes for an id that was never set. */
  private static final AppId NIL = new AppId(new UUID(0, 0));

  /** RFC 3339 with nanoseconds and an offset has 35. */
  private static final int LONGEST_TIME = 64;

  private final Set<String> names = new LinkedHashSet<>();
  private final Set<AppId> ids = new LinkedHashSet<>();
  private final List<String> notes = new ArrayList<>();
  private boolean nameOfWrongType;
  private boolean idOfWrongType;
  private boolean idNotUuid;
  private Optional<String> occurredAt = Optional.empty();

  void name(JsonParser.Event value, JsonParser parser) {
    if (value == JsonParser.Event.VALUE_STRING) {
      String text = parser.getString();
      if (!text.isEmpty()) {
        names.add(text);
      }
    } else if (value != JsonParser.Event.VALUE_NULL) {
      nameOfWrongType = true;
    }
  }

  void id(JsonParser.Event value, JsonParser parser) {
    if (value == JsonParser.Event.VALUE_STRING) {
      String text = parser.getString();
      Optional<AppId> id = AppId.parse(text);
      if (id.isEmpty()) {
        idNotUuid |= !text.isEmpty();
      } else if (!id.get().equals(NIL)) {
        ids.add(id.get());
      }
    } else if (value != JsonParser.Event.VALUE_NULL) {
      idOfWrongType = true;
    }
  }

  void occurredAt(JsonParser.Event value, JsonParser parser) {
    if (occurredAt.isEmpty()
        && (value == JsonParser.Event.VALUE_STRING || value == JsonParser.Event.VALUE_NUMBER)) {
      String text = parser.getString();
      if (text.length() <= LONGEST_TIME && text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
        occurredAt = Optional.of(text);
      }
    }
  }

  ParsedEvent reading(EventKind kind) {
    if (nameOfWrongType) {
      return new Rejected(RejectionCode.WRONG_TYPE, "the app name is not a string");
    }
    if (names.size() > 1) {
      return new Rejected(
          RejectionCode.CONTRADICTION,
          "the body gives %d different app names".formatted(names.size()));
    }
    if (ids.size() > 1) {
      return new Rejected(
          RejectionCode.CONTRADICTION, "the body gives %d different app ids".formatted(ids.size()));
    }
    Optional<String> problem =
        names.stream().map(AppName::problemWith).filter(text -> !text.isEmpty()).findFirst();
    if (problem.isPresent()) {
      return new Rejected(RejectionCode.INVALID_APP_NAME, problem.get());
    }
    if (names.isEmpty() && ids.isEmpty()) {
      return nothingToGoBy();
    }
    if (idNotUuid || idOfWrongType) {
      notes.add("an app id that is no UUID was ignored");
    }
    return new AppEvent(
        kind,
        names.stream().findFirst().map(AppName::new),
        ids.stream().findFirst(),
        occurredAt,
        notes);
  }

  private Rejected nothingToGoBy() {
    if (idOfWrongType) {
      return new Rejected(
          RejectionCode.WRONG_TYPE, "there is no app name, and the app id is not a string");
    }
    if (idNotUuid) {
      return new Rejected(
          RejectionCode.INVALID_APP_ID, "there is no app name, and the app id is no UUID");
    }
    return new Rejected(RejectionCode.APP_MISSING, "the body has neither AppName nor AppID");
  }
}
