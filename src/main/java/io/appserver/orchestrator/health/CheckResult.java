package io.appserver.orchestrator.health;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * How a part is.
 *
 * @param reason what is wrong with it, in words, on one line and without credentials; empty if
 *     nothing is
 * @param data what else can be said of it, by name
 */
record CheckResult(String reason, Map<String, String> data) {

  private static final Pattern USER_INFO = Pattern.compile("://\\S*@");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final int LONGEST_REASON = 500;

  /** In characters: the pattern above takes the square of that. */
  private static final int MOST_READ = 4 * LONGEST_REASON;

  CheckResult {
    data = Map.copyOf(data);
  }

  static CheckResult good() {
    return new CheckResult("", Map.of());
  }

  static CheckResult good(Map<String, String> data) {
    return new CheckResult("", data);
  }

  static CheckResult bad(String reason) {
    String read = reason.substring(0, Math.min(reason.length(), MOST_READ));
    String words = BLANKS.matcher(read.strip()).replaceAll(" ");
    words = USER_INFO.matcher(words).replaceAll("://");
    if (words.isEmpty()) {
      words = "it did not say why";
    }
    return new CheckResult(words.substring(0, Math.min(words.length(), LONGEST_REASON)), Map.of());
  }

  /** Good if there are no words. */
  static CheckResult of(String trouble) {
    return trouble.isEmpty() ? good() : bad(trouble);
  }

  boolean isGood() {
    return reason.isEmpty();
  }

  HealthCheckResponse as(String part) {
    var response = HealthCheckResponse.named(part).status(isGood());
    new TreeMap<>(data).forEach(response::withData);
    return isGood() ? response.build() : response.withData("reason", reason).build();
  }
}
