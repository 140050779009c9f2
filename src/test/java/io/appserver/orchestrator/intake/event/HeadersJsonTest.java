package io.appserver.orchestrator.intake.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadersJsonTest {

  @Test
  void bringsBackWhatItWrote() {
    var headers = new LinkedHashMap<String, Object>();
    headers.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    headers.put("number", 42L);
    headers.put("fraction", 1.5);
    headers.put("flag", true);
    headers.put("off", false);
    headers.put("nothing", null);
    headers.put("time", Date.from(Instant.parse("2026-11-23T05:13:00Z")));
    headers.put("decimal", new BigDecimal("1.10"));
    headers.put("list", List.of("a", 1L, Map.of("b", "c")));
    headers.put("table", Map.of("inner", "value"));

    assertThat(HeadersJson.read(HeadersJson.write(headers))).isEqualTo(headers);
  }

  @Test
  void bringsBackBytes() {
    Map<String, Object> back =
        HeadersJson.read(HeadersJson.write(Map.of("raw", new byte[] {0, 1, -1})));

    assertThat((byte[]) back.get("raw")).containsExactly(0, 1, -1);
  }

  @Test
  void replacesWhatPostgresqlCannotStore() {
    assertThat(HeadersJson.read(HeadersJson.write(Map.of("a\0b", "c\0d\uD800", "n", "\\u0000"))))
        .isEqualTo(Map.of("a\uFFFDb", "c\uFFFDd\uFFFD", "n", "\\u0000"));
  }

  @Test
  void bringsBackTablesThatLookLikeItsOwnMarks() {
    for (String mark : List.of("$time", "$bytes", "$decimal", "$table")) {
      Map<String, Object> headers =
          Map.of("h", Map.of(mark, "x"), "l", List.of(Map.of(mark, Map.of(mark, 1L))), mark, "y");

      assertThat(HeadersJson.read(HeadersJson.write(headers))).isEqualTo(headers);
    }
  }

  @Test
  void readsWhatWasWrittenBeforeTablesWereMarked() {
    for (String old :
        List.of(
            "{\"h\":{\"$time\":\"x\"}}",
            "{\"h\":{\"$bytes\":\"?\"}}",
            "{\"h\":{\"$decimal\":null}}")) {
      assertThat(HeadersJson.read(old).get("h")).as(old).isInstanceOf(Map.class);
    }
  }

  @Test
  void bluntsTablesThatNestWithoutEnd() {
    Map<String, Object> table = new HashMap<>(Map.of("end", "here"));
    for (int i = 0; i < 1000; i++) {
      table = new HashMap<>(Map.of("t", table));
    }

    assertThat(HeadersJson.write(table)).contains("(nested too deeply)").hasSizeLessThan(1000);
  }
}
