package io.appserver.orchestrator.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.HistoryEntry;
import jakarta.persistence.PersistenceException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StorableTextTest {

  private static final String ESCAPED_NUL = "DETAIL:  \\u0000 cannot be converted";

  @Test
  void leavesAloneWhatCanBeStored() {
    for (String text :
        new String[] {"", "plain", "tab\tline\r\n", "ünïcode 😀 \uFFFD", ESCAPED_NUL}) {
      assertThat(StorableText.plain(text)).isSameAs(text);
    }
  }

  @Test
  void replacesNulAndHalvesOfPairsEverywhere() {
    assertThat(StorableText.exact("a\0b\uD83D c\uDE00 \u001B[1m"))
        .isEqualTo("a\uFFFDb\uFFFD c\uFFFD \u001B[1m");
  }

  @Test
  void replacesControlCharactersInWords() {
    assertThat(StorableText.plain("\u001B[31mred\u0007\u009B\u007F\n"))
        .isEqualTo("\uFFFD[31mred\uFFFD\uFFFD\uFFFD\n");
  }

  @Test
  void keepsBeginningAndEndOfWhatIsTooLong() {
    String shortened = StorableText.plain("first" + "😀".repeat(5_000) + "last", 1_000);

    assertThat(shortened).startsWith("first").endsWith("last").hasSizeLessThanOrEqualTo(1_000);
    assertThat(shortened).contains("characters are left out");
    assertThat(StorableText.exact(shortened)).isEqualTo(shortened);
  }

  @Test
  void failuresAndHistoryHoldNothingElse() {
    Failure failure =
        Failure.of(FailureCode.EXITED, "said \0").with("log", "x".repeat(1_000_000) + "\0end");
    var entry =
        new HistoryEntry(
            Optional.empty(),
            new AppName("todos"),
            "node",
            "jane\0",
            "cause\0",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "done \uD800",
            Map.of("na\0me", "va\0lue"),
            0);

    assertThat(failure.message()).isEqualTo("said \uFFFD");
    assertThat(failure.details().get("log"))
        .hasSizeLessThanOrEqualTo(StorableText.LONGEST_DETAIL)
        .endsWith("x\uFFFDend");
    assertThat(entry.actor() + entry.cause() + entry.message())
        .isEqualTo("jane\uFFFDcause\uFFFDdone \uFFFD");
    assertThat(entry.details()).isEqualTo(Map.of("na\uFFFDme", "va\uFFFDlue"));
  }

  @Test
  void tellsARefusedValueFromAnOutage() {
    assertThat(StorableText.refused(wrapped("22P05"))).isTrue();
    assertThat(StorableText.refused(wrapped("22021"))).isTrue();
    assertThat(StorableText.refused(wrapped("54000"))).isTrue();
    assertThat(StorableText.refused(wrapped("08006"))).isFalse();
    assertThat(StorableText.refused(wrapped("25P02"))).isFalse();
    assertThat(StorableText.refused(new IllegalStateException("other"))).isFalse();
  }

  private static Throwable wrapped(String state) {
    return new PersistenceException(new SQLException("refused", state));
  }
}
