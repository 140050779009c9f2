package io.appserver.orchestrator.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads one variable after the other, and gathers what is wrong on the way instead of stopping at
 * it.
 */
final class VariableReader {

  private final Config config;
  private final List<SettingsProblem> problems = new ArrayList<>();

  VariableReader(Config config) {
    this.config = config;
  }

  List<SettingsProblem> problems() {
    return problems;
  }

  void report(Variable<?> variable, String value, String allowed) {
    problems.add(SettingsProblem.of(variable.name(), value, allowed));
  }

  /** The value; empty if it is not set, or is wrong and reported. */
  <T> Optional<T> find(Variable<T> variable) {
    Optional<String> text = raw(variable).map(String::strip);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(variable.format().read(text.get()));
    } catch (IllegalArgumentException e) {
      report(variable, text.get(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The value; the initial one if it is not set, or is wrong and reported. */
  <T> T value(Variable<T> variable) {
    return find(variable).orElseGet(variable::initialValue);
  }

  /** A switch that must be on for the orchestrator to start. */
  boolean mustBeOn(Variable<Boolean> variable, String rule) {
    String text = raw(variable).map(String::strip).orElse("");
    boolean on = text.toLowerCase(Locale.ROOT).equals("true");
    if (!on) {
      boolean off = text.isEmpty() || text.toLowerCase(Locale.ROOT).equals("false");
      String understood = off ? "" : " (only true and false are understood)";
      report(variable, text, "%s; set %s=true%s".formatted(rule, variable.name(), understood));
    }
    return on;
  }

  /** A password, to the letter: white space may belong to it. Empty if not set. */
  Secret password(Variable<String> variable) {
    String text = raw(variable).orElse("");
    if (text.chars().anyMatch(Character::isISOControl)) {
      report(
          variable,
          text,
          "must not contain line breaks or control characters;"
              + " one at its end comes from the file or the command that it was read with");
    }
    return new Secret(text);
  }

  /** Whether the variable is set, right or wrong. */
  boolean isSet(Variable<?> variable) {
    return raw(variable).isPresent();
  }

  /**
   * The value as the operator wrote it; blank is not set. Goes to the sources itself: {@code
   * Config} would take <code>
   * ${…}</code> in a password for an expression.
   */
  private Optional<String> raw(Variable<?> variable) {
    for (ConfigSource source : config.getConfigSources()) { // the strongest first
      String value = source.getValue(variable.name());
      if (value != null) {
        return Optional.of(value).filter(text -> !text.isBlank());
      }
    }
    return Optional.empty();
  }
}
