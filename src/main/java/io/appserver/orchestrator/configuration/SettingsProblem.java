package io.appserver.orchestrator.configuration;

/**
 * One thing that is wrong with a setting.
 *
 * @param variable its name, as the operator wrote it
 * @param shownValue its value as it may be shown: quoted and shortened, {@code (hidden)} or {@code
 *     not set}
 * @param allowed what is allowed, and the cure where there is one
 */
public record SettingsProblem(String variable, String shownValue, String allowed) {

  private static final int MAX_SHOWN_CHARACTERS = 80;

  /**
   * A problem with that value, which is hidden if the variable holds a secret.
   *
   * @param value the whole value; empty if it is not set
   */
  public static SettingsProblem of(String variable, String value, String allowed) {
    return new SettingsProblem(variable, shown(variable, value), allowed);
  }

  private static String shown(String variable, String value) {
    if (value.isEmpty()) {
      return "not set";
    }
    return holdsSecret(variable) ? "(hidden)" : shownText(value);
  }

  /**
   * A text of someone else's in quotes: shortened, on one line, and without the credentials of an
   * address.
   */
  public static String shownText(String value) {
    String text = value.replaceFirst("(?s)^([A-Za-z]+://)?.*@", "$1(hidden)@");
    var shown = new StringBuilder("\"");
    text.codePoints()
        .limit(MAX_SHOWN_CHARACTERS)
        .forEach(c -> {
          if (Character.isISOControl(c)) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    boolean cut = text.codePointCount(0, text.length()) > MAX_SHOWN_CHARACTERS;
    return shown.append(cut ? "…\"" : "\"").toString();
  }

  private static boolean holdsSecret(String variable) {
    return variable.endsWith("_PASSWORD")
        || variable.endsWith("RABBITMQ_URL")
        || variable.endsWith("_PUBLICKEY"); // where a private one may have been put
  }

  /**
   * The whole sentence, such as {@code APPSERVER_DB_PORT is "x": must be a whole number from 1 to
   * 65535}.
   */
  @Override
  public String toString() {
    return variable + " is " + shownValue + ": " + allowed;
  }
}
