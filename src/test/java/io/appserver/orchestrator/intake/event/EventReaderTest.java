package io.appserver.orchestrator.intake.event;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {

  private static final String NAME = "de.easy-m.todos";
  private static final String ID = "3f2b8c1e-0000-4000-8000-00000000000a";
  private static final String OTHER_ID = "3f2b8c1e-0000-4000-8000-00000000000b";

  private static final List<String> NAME_KEYS =
      List.of("AppName", "app_name", "appName", "APP_NAME", "appname");
  private static final List<String> ID_KEYS =
      List.of(
          "AppID",
          "app_id",
          "appId",
          "AppId",
          "AggregateID",
          "aggregate_id",
          "aggregateId",
          "AggregateId");
  private static final List<String> WRAPPERS =
      List.of(
          "%s",
          "{\"data\":%s}",
          "{\"Data\":%s}",
          "{\"DATA\":%s}",
          "{\"payload\":%s}",
          "{\"Payload\":%s}",
          "{\"ID\":\"7\",\"Type\":\"app.installed\",\"Payload\":%s,\"Version\":1}",
          "{\"data\":{\"payload\":%s}}",
          "{\"Payload\":{\"Data\":%s}}",
          "\uFEFF%s",
          " \r\n\t%s \n");

  private final EventReader reader = new EventReader();

  static Stream<Arguments> spellingsOfNameInWrappers() {
    return product(NAME_KEYS);
  }

  static Stream<Arguments> spellingsOfIdInWrappers() {
    return product(ID_KEYS);
  }

  private static Stream<Arguments> product(List<String> keys) {
    return keys.stream().flatMap(key -> WRAPPERS.stream().map(wrap -> Arguments.of(key, wrap)));
  }

  @ParameterizedTest
  @MethodSource("spellingsOfNameInWrappers")
  void readsNameInEverySpellingAndWrapper(String key, String wrapper) {
    AppEvent event = event(wrapper.formatted("{\"%s\":\"%s\"}".formatted(key, NAME)));

    assertThat(event.name()).contains(new AppName(NAME));
    assertThat(event.id()).isEmpty();
    assertThat(event.notes()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("spellingsOfIdInWrappers")
  void readsIdInEverySpellingAndWrapper(String key, String wrapper) {
    AppEvent event = event(wrapper.formatted("{\"%s\":\"%s\"}".formatted(key, ID)));

    assertThat(event.id()).isEqualTo(AppId.parse(ID));
    assertThat(event.name()).isEmpty();
  }

  @Test
  void readsWhatTheGuideShows() {
    AppEvent event =
        event("{\"AppName\": \"de.easy-m.statistics\", \"AppID\": \"%s\"}".formatted(ID));

    assertThat(event.name()).contains(new AppName("de.easy-m.statistics"));
    assertThat(event.id()).isEqualTo(AppId.parse(ID));
  }

  @Test
  void readsEnvelopeWithAggregateIdOutsideAndTheRestInside() {
    AppEvent event =
        event(
            """
            {"ID": "e-1", "Type": "app.installed", "AggregateID": "%s", "OccurredAt": "2026-11-23T05:13:00.123456789Z",
             "Payload": {"AppName": "%s", "AppID": "%s", "Extra": {"AppName": "another"}}, "List": [{"AppID": 1}]}
            """
                .formatted(ID, NAME, ID.toUpperCase(java.util.Locale.ROOT)));

    assertThat(event.name()).contains(new AppName(NAME));
    assertThat(event.id()).isEqualTo(AppId.parse(ID));
    assertThat(event.occurredAt()).contains("2026-11-23T05:13:00.123456789Z");
    assertThat(event.notes()).isEmpty();
  }

  @Test
  void takesKindFromTheQueueNotTheBody() {
    var parsed = read("{\"AppName\":\"todos\",\"Type\":\"app.installed\"}", EventKind.UNINSTALLED);

    assertThat(((AppEvent) parsed).kind()).isEqualTo(EventKind.UNINSTALLED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OccurredAt", "occurred_at", "occurredAt"})
  void recordsTimeInEverySpelling(String key) {
    assertThat(
            event("{\"AppName\":\"todos\",\"%s\":\"2026-01-01T00:00:00Z\"}".formatted(key))
                .occurredAt())
        .contains("2026-01-01T00:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "true", "{}", "[]", "\"\\u0000\"", "\"line\\nbreak\"", "\"ü\""})
  void forgetsTimeThatIsNone(String value) {
    assertThat(event("{\"AppName\":\"todos\",\"OccurredAt\":%s}".formatted(value)).occurredAt())
        .isEmpty();
  }

  @Test
  void recordsTimeAsNumber() {
    assertThat(event("{\"AppName\":\"todos\",\"OccurredAt\":1763874780}").occurredAt())
        .contains("1763874780");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"not-a-uuid\"", "42", "true", "{}", "[1]", "\"1-1-1-1-1\""})
  void ignoresIdThatIsNoUuidWithNoteWhenNameStands(String id) {
    AppEvent event = event("{\"AppName\":\"todos\",\"AppID\":%s}".formatted(id));

    assertThat(event.name()).contains(new AppName("todos"));
    assertThat(event.id()).isEmpty();
    assertThat(event.notes()).containsExactly("an app id that is no UUID was ignored");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"AppName\":\"todos\",\"AppID\":null}",
        "{\"AppName\":\"todos\",\"AppID\":\"\"}",
        "{\"AppName\":\"todos\",\"AppID\":\"00000000-0000-0000-0000-000000000000\"}",
        "{\"AppName\":\"todos\",\"app_name\":null,\"appName\":\"\"}",
        "{\"AppName\":\"todos\",\"app_name\":\"todos\",\"data\":{\"appName\":\"todos\"}}",
        "{\"AppName\":\"todos\",\"data\":null,\"payload\":\"text\"}",
        "{\"AppName\":\"todos\",\"AppName\":\"todos\"}"
      })
  void takesNothingSaidAsNothingSaid(String body) {
    AppEvent event = event(body);

    assertThat(event.name()).contains(new AppName("todos"));
    assertThat(event.id()).isEmpty();
    assertThat(event.notes()).isEmpty();
  }

  @Test
  void idIsEnoughBesideEmptyName() {
    assertThat(event("{\"AppName\":\"\",\"AppID\":\"%s\"}".formatted(ID)).id())
        .isEqualTo(AppId.parse(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"AppName\":\"todos\",\"app_name\":\"notes\"}",
        "{\"AppName\":\"todos\",\"AppName\":\"notes\"}",
        "{\"AppName\":\"todos\",\"data\":{\"AppName\":\"notes\"}}",
        "{\"data\":{\"AppName\":\"todos\"},\"payload\":{\"AppName\":\"notes\"}}",
        "{\"AppName\":\"todos\",\"app_name\":\"../evil\"}",
        "{\"AppName\":\"todos\",\"AppID\":\"" + ID + "\",\"app_id\":\"" + OTHER_ID + "\"}",
        "{\"AppID\":\"" + ID + "\",\"AggregateID\":\"" + OTHER_ID + "\"}"
      })
  void rejectsTwoDifferentThings(String body) {
    assertThat(rejection(body).code()).isEqualTo(RejectionCode.CONTRADICTION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\n\t ", "\uFEFF", "\uFEFF  "})
  void rejectsEmptyBody(String body) {
    assertThat(rejection(body).code()).isEqualTo(RejectionCode.EMPTY_BODY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "}",
        "{\"AppName\":",
        "{\"AppName\":\"todos\"",
        "{\"AppName\":\"todos\"}}",
        "{\"AppName\":\"todos\"} x",
        "{\"AppName\":\"todos\"}{\"AppName\":\"todos\"}",
        "{'AppName':'todos'}",
        "{AppName:\"todos\"}",
        "{\"AppName\":\"todos\",}",
        "{\"AppName\" \"todos\"}",
        "{\"AppName\":\"\\x\"}",
        "{\"AppName\":\"to\ndos\"}",
        "{\"AppName\":todos}",
        "{\"AppName\":01}",
        "{\"AppName\":NaN}",
        "[1,",
        "todos",
        "<event><AppName>todos</AppName></event>",
        "AppName=todos&AppID=1",
        "AppName: todos",
        "\"",
        "nul",
        "\u0000",
        "[] []"
      })
  void rejectsWhatIsNoJson(String body) {
    assertThat(rejection(body).code()).isEqualTo(RejectionCode.MALFORMED_JSON);
  }

  @Test
  void rejectsOtherEncodingsThanUtf8() {
    String body = "{\"AppName\":\"todos\",\"Title\":\"Übersicht\"}";

    assertThat(rejection(body.getBytes(ISO_8859_1)).code()).isEqualTo(RejectionCode.MALFORMED_JSON);
    assertThat(rejection(body.getBytes(UTF_16)).code()).isEqualTo(RejectionCode.MALFORMED_JSON);
    assertThat(rejection(new byte[] {(byte) 0xC0, (byte) 0x80}).message())
        .isEqualTo("the body is not UTF-8");
  }

  @Test
  void rejectsBinaryRubbish() {
    var bytes = new byte[1000];
    new java.util.Random(7).nextBytes(bytes);

    assertThat(rejection(bytes).code()).isEqualTo(RejectionCode.MALFORMED_JSON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[{\"AppName\":\"todos\"}]",
        "\"todos\"",
        "42",
        "null",
        "true",
        "1e999999999"
      })
  void rejectsJsonThatIsNoObject(String body) {
    assertThat(rejection(body).code()).isEqualTo(RejectionCode.NOT_AN_OBJECT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"AppName\":42}",
        "{\"AppName\":true}",
        "{\"AppName\":{}}",
        "{\"AppName\":{\"AppName\":\"todos\"}}",
        "{\"AppName\":[\"todos\"]}",
        "{\"AppName\":42,\"AppID\":\"" + ID + "\"}",
        "{\"AppName\":\"todos\",\"data\":{\"app_name\":1}}",
        "{\"AppID\":42}",
        "{\"AppID\":[\"" + ID + "\"]}",
        "{\"AggregateID\":{}}"
      })
  void rejectsValuesOfTheWrongType(String body) {
    assertThat(rejection(body).code()).isEqualTo(RejectionCode.WRONG_TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"data\":{}}",
        "{\"payload\":null}",
        "{\"data\":[{\"AppName\":\"todos\"}]}",
        "{\"Name\":\"todos\",\"id\":\"" + ID + "\"}",
        "{\"AppName\":null}",
        "{\"AppName\":\"\"}",
        "{\"AppName\":null,\"AppID\":null}",
        "{\"AppID\":\"00000000-0000-0000-0000-000000000000\"}",
        "{\"other\":{\"AppName\":\"todos\"}}",
        "{\"data\":{\"data\":{\"data\":{\"AppName\":\"todos\"}}}}"
      })
  void rejectsBodiesWithoutApp(String body) {
    assertThat(rejection(body).code()).isEqualTo(RejectionCode.APP_MISSING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"not-a-uuid", "1-1-1-1-1", "3f2b8c1e00004000800000000000000a"})
  void rejectsIdThatIsNoUuidWithoutName(String id) {
    assertThat(rejection("{\"AppID\":\"%s\"}".formatted(id)).code())
        .isEqualTo(RejectionCode.INVALID_APP_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        " ",
        "Todos",
        "to dos",
        " todos",
        "todos\\n",
        "todos:latest",
        "todos@sha256:0",
        "../../etc/passwd",
        "a/b",
        "a\\\\b",
        ".todos",
        "todos.",
        "to..dos",
        "-todos",
        "todos;rm -rf /",
        "$(reboot)",
        "`id`",
        "--privileged",
        "todos\\u0000",
        "\\ud83d\\ude00",
        "\\ud800",
        "tödos",
        "ｔｏｄｏｓ",
        "tоdos",
        "<script>alert(1)</script>",
        "' OR '1'='1",
        "%s%n",
        "{{7*7}}",
        "null\\u202e"
      })
  void rejectsEvilNamesWithoutRepeatingThem(String name) {
    Rejected rejected = rejection("{\"AppName\":\"%s\"}".formatted(name));

    assertThat(rejected.code()).isEqualTo(RejectionCode.INVALID_APP_NAME);
    assertThat(rejected.message()).startsWith("the app name must be lower-case");
  }

  @Test
  void rejectsNamesThatAreTooLong() {
    assertThat(rejection("{\"AppName\":\"%s\"}".formatted("a".repeat(129))).code())
        .isEqualTo(RejectionCode.INVALID_APP_NAME);
    assertThat(rejection("{\"AppName\":\"%s\"}".formatted("a".repeat(60))).message())
        .contains("60 characters");
    assertThat(event("{\"AppName\":\"%s\"}".formatted("a".repeat(59))).name()).isPresent();
  }

  @Test
  void rejectsLargeBodiesUnread() {
    String start = "{\"AppName\":\"todos\",\"x\":\"";
    String fits = start + "x".repeat(EventReader.LARGEST_BODY - start.length() - 2) + "\"}";

    assertThat(event(fits).name()).isPresent();
    assertThat(rejection(fits + " ").code()).isEqualTo(RejectionCode.TOO_LARGE);
    assertThat(rejection(new byte[10 * 1024 * 1024]).message())
        .isEqualTo("the body has 10485760 bytes; at most 65536 are read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "{\"data\":", "[{\"a\":", "{\"AppName\":"})
  void survivesNestingBombs(String level) {
    String bomb = level.repeat(EventReader.LARGEST_BODY / level.length());

    assertThat(rejection(bomb).message()).isEqualTo("the body nests deeper than 32 levels");
    assertThat(
            rejection(
                    "{\"AppName\":\"todos\",\"x\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}")
                .code())
        .isEqualTo(RejectionCode.MALFORMED_JSON);
  }

  @Test
  void bracketsInStringsAreNoNesting() {
    assertThat(
            event(
                    "{\"AppName\":\"todos\",\"x\":\"%s\\\"%s\"}"
                        .formatted("[".repeat(99), "{".repeat(99)))
                .name())
        .isPresent();
  }

  @Test
  void survivesManyKeysAndHugeNumbers() {
    var keys = new ArrayList<String>();
    for (int i = 0; i < 5000; i++) {
      keys.add("\"k%d\":0".formatted(i));
    }
    assertThat(event("{\"AppName\":\"todos\"," + String.join(",", keys) + "}").name()).isPresent();
    assertThat(
            event("{\"AppName\":\"todos\",\"x\":1e999999999,\"y\":" + "9".repeat(60_000) + "}")
                .name())
        .isPresent();
  }

  @Test
  void saysWhereJsonBreaksButNotWhatStoodThere() {
    Rejected rejected = rejection("{\"AppName\":\n \"todos\", secret-token }");

    assertThat(rejected.message())
        .startsWith("the body is not JSON: line 2")
        .doesNotContain("secret");
  }

  private AppEvent event(String body) {
    ParsedEvent parsed = read(body, EventKind.INSTALLED);
    assertThat(parsed).isInstanceOf(AppEvent.class);
    return (AppEvent) parsed;
  }

  private Rejected rejection(String body) {
    return rejection(body.getBytes(UTF_8));
  }

  private Rejected rejection(byte[] body) {
    ParsedEvent parsed = reader.read(new Body(body), EventKind.INSTALLED);
    assertThat(parsed).isInstanceOf(Rejected.class);
    return (Rejected) parsed;
  }

  private ParsedEvent read(String body, EventKind kind) {
    return reader.read(new Body(body.getBytes(UTF_8)), kind);
  }
}
