package io.appserver.orchestrator.convergence.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A lease lives longer than what prolongs it may take: the limits in {@code server.xml}. */
class LeaseBudgetTest {

  private static String heartbeat;

  @BeforeAll
  static void read() throws IOException {
    String server = Files.readString(Path.of("liberty/server.xml"));
    int begin = server.indexOf("<dataSource id=\"heartbeat\"");
    heartbeat = server.substring(begin, server.indexOf("</dataSource>", begin));
  }

  private static Duration seconds(String pattern) {
    var found = Pattern.compile(pattern).matcher(heartbeat);
    assertThat(found.find()).as(pattern).isTrue();
    return Duration.ofSeconds(Long.parseLong(found.group(1)));
  }

  private static Duration attribute(String name) {
    return seconds("\\b" + name + "=\"(\\d+)s\"");
  }

  /** Counted from the last one that went well, the next begins as soon as this one has ended. */
  @Test
  void aBeatThatHangsEndsInTimeForAnother() {
    Duration sentAtTheLatest = LeaseClock.TTL.minus(LeaseClock.MARGIN);
    for (String limit :
        List.of("loginTimeout", "connectTimeout", "socketTimeout", "connectionTimeout")) {
      assertThat(LeaseClock.HEARTBEAT.plus(attribute(limit)).plus(LeaseClock.HEARTBEAT))
          .as(limit)
          .isLessThanOrEqualTo(sentAtTheLatest);
    }
  }

  @Test
  void theDatabaseGivesUpABeatBeforeItsSocketDoes() {
    assertThat(seconds("statement_timeout = '(\\d+)s'")).isLessThan(attribute("socketTimeout"));
  }

  @Test
  void fiveBeatsMayFail() {
    assertThat(LeaseClock.HEARTBEAT.multipliedBy(6)).isLessThanOrEqualTo(LeaseClock.TTL);
  }
}
