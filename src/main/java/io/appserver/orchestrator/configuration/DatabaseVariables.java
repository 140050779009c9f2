package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.PORT;
import static io.appserver.orchestrator.configuration.ValueFormats.matching;
import static io.appserver.orchestrator.configuration.ValueFormats.named;
import static io.appserver.orchestrator.configuration.ValueFormats.oneOf;

/** Where the database is, for apps and for the orchestrator itself. */
final class DatabaseVariables {

  static final VariableGroup DATABASE = new VariableGroup("Database (PostgreSQL)");

  private static final ValueFormat<String> IDENTIFIER =
      matching("[^\\p{Cntrl}]{1,63}", "at most 63 characters");

  /** What libpq takes. */
  private static final ValueFormat<String> SSL_MODE =
      oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

  static final Variable<String> DB_HOST =
      DATABASE.of(
          "APPSERVER_DB_HOST",
          named("host name", AddressFormats.HOST_NAME),
          "postgres",
          "these six are the apps' too");

  static final Variable<Integer> DB_PORT = DATABASE.of("APPSERVER_DB_PORT", PORT, "5432", "");

  static final Variable<String> DB_NAME =
      DATABASE.of("APPSERVER_DB_NAME", IDENTIFIER, "partner", "");

  static final Variable<String> DB_USER =
      DATABASE.of("APPSERVER_DB_USER", IDENTIFIER, "partner", "");

  static final Variable<String> DB_PASSWORD =
      DATABASE.without("APPSERVER_DB_PASSWORD", ValueFormats.TEXT, "none", "");

  static final Variable<String> DB_SSLMODE =
      DATABASE.of("APPSERVER_DB_SSLMODE", SSL_MODE, "disable", "");

  /** Without quoting the same for every tool, and not in PostgreSQL's own name space. */
  static final Variable<String> DB_SCHEMA =
      DATABASE.of(
          "APPSERVER_DB_SCHEMA",
          named(
              "lower-case name",
              matching(
                  "(?!pg_)[a-z_][a-z0-9_]{0,62}",
                  "at most 63 lower-case letters, digits or '_', not starting with a digit or pg_")),
          "appserver",
          "where the platform's tables are, and the orchestrator's go");

  static final Variable<String> OWN_DB_HOST =
      DATABASE.without(
          "APPSERVER_ORCHESTRATOR_DB_HOST",
          named("host name", AddressFormats.HOST_NAME),
          "`APPSERVER_DB_HOST`",
          "these six are a login of the orchestrator's own; apps never see it");

  static final Variable<Integer> OWN_DB_PORT =
      DATABASE.without("APPSERVER_ORCHESTRATOR_DB_PORT", PORT, "`APPSERVER_DB_PORT`", "");

  static final Variable<String> OWN_DB_NAME =
      DATABASE.without("APPSERVER_ORCHESTRATOR_DB_NAME", IDENTIFIER, "`APPSERVER_DB_NAME`", "");

  static final Variable<String> OWN_DB_USER =
      DATABASE.without("APPSERVER_ORCHESTRATOR_DB_USER", IDENTIFIER, "`APPSERVER_DB_USER`", "");

  static final Variable<String> OWN_DB_PASSWORD =
      DATABASE.without(
          "APPSERVER_ORCHESTRATOR_DB_PASSWORD", ValueFormats.TEXT, "`APPSERVER_DB_PASSWORD`", "");

  static final Variable<String> OWN_DB_SSLMODE =
      DATABASE.without("APPSERVER_ORCHESTRATOR_DB_SSLMODE", SSL_MODE, "`APPSERVER_DB_SSLMODE`", "");

  private DatabaseVariables() {}
}
