package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.integer;
import static io.appserver.orchestrator.configuration.ValueFormats.matching;
import static io.appserver.orchestrator.configuration.ValueFormats.named;
import static io.appserver.orchestrator.configuration.ValueFormats.oneOf;

import java.util.List;
import java.util.regex.Pattern;

/** Who may log in. */
final class LoginVariables {

  static final VariableGroup LOGINS =
      new VariableGroup(
          "Who may log in to the console and the API; without any of these both are off");

  private static final int DAY_SECONDS = 24 * 60 * 60;

  static final Variable<String> ADMIN_USER =
      LOGINS.without(
          "APPSERVER_ADMIN_USER",
          ValueFormats.USER_NAME,
          "none",
          "the account that may do everything; with its password or not at all");

  static final Variable<String> ADMIN_PASSWORD =
      LOGINS.without("APPSERVER_ADMIN_PASSWORD", ValueFormats.TEXT, "none", "");

  static final Variable<String> VIEWER_USER =
      LOGINS.without(
          "APPSERVER_VIEWER_USER",
          ValueFormats.USER_NAME,
          "none",
          "the account that may look; with its password or not at all");

  static final Variable<String> VIEWER_PASSWORD =
      LOGINS.without("APPSERVER_VIEWER_PASSWORD", ValueFormats.TEXT, "none", "");

  static final Variable<String> TOKEN_ISSUER =
      LOGINS.without(
          "MP_JWT_VERIFY_ISSUER",
          named("name or URL", matching("\\S+", "a name or URL, without spaces")),
          "none",
          "tokens of this issuer (claim `iss`) are taken as logins, beside the accounts");

  static final Variable<IssuerKeys> TOKEN_KEY_LOCATION =
      LOGINS.without(
          "MP_JWT_VERIFY_PUBLICKEY_LOCATION",
          named(
              "`http(s)://` URL of a JSON Web Key Set, or absolute path of a file",
              IssuerKeys::locate),
          "none",
          "the issuer's public keys; a URL is read again when keys change, a file at the start");

  static final Variable<IssuerKeys> TOKEN_KEY =
      LOGINS.without(
          "MP_JWT_VERIFY_PUBLICKEY",
          named("PEM public key, JSON Web Key or Key Set", IssuerKeys::read),
          "none",
          "the key itself, instead of its location");

  static final Variable<String> TOKEN_ALGORITHM =
      LOGINS.of(
          "MP_JWT_VERIFY_PUBLICKEY_ALGORITHM",
          oneOf("RS256", "ES256"),
          "RS256",
          "the only one that is taken");

  static final Variable<List<String>> TOKEN_AUDIENCES =
      LOGINS.without(
          "MP_JWT_VERIFY_AUDIENCES",
          named("names, with commas between", LoginVariables::list),
          "any",
          "a token must be for one of them; set it if the issuer serves others too");

  /** What SmallRye allows, where Liberty has 5 min. */
  static final Variable<Integer> TOKEN_CLOCK_SKEW =
      LOGINS.of(
          "MP_JWT_VERIFY_CLOCK_SKEW",
          integer(0, DAY_SECONDS),
          "60",
          "seconds that the issuer's clock may be off");

  static final Variable<Integer> TOKEN_AGE =
      LOGINS.without(
          "MP_JWT_VERIFY_TOKEN_AGE",
          integer(1, 365 * DAY_SECONDS),
          "none",
          "the most seconds since a token was issued");

  private LoginVariables() {}

  private static List<String> list(String text) {
    return Pattern.compile(",")
        .splitAsStream(text)
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }
}
