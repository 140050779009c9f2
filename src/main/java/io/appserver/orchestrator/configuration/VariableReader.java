package io.appserver.orchestrator.configuration;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Reads one variable after the other, and gathers what is wrong on the way instead of stopping at
 * it.
 */
final class VariableReader {

  private final Config config;
  private final Set<String> asked = new TreeSet<>();
  private final List<SettingsProblem> problems = new ArrayList<>();

  VariableReader(Config config) {
    this.config = config;
  }

  /** The names of all variables that were asked for, set or not. */
  Set<String> asked() {
    return asked;
  }

  List<SettingsProblem> problems() {
    return problems;
  }

  void report(String variable, String value, String allowed) {
    problems.add(SettingsProblem.of(variable, value, allowed));
  }

  /** The value; empty if it is not set, or is wrong and reported. */
  <T> Optional<T> find(String variable, ValueFormat<T> format) {
    Optional<String> text = raw(variable).map(String::strip);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(format.read(text.get()));
    } catch (IllegalArgumentException e) {
      report(variable, text.get(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  <T> T value(String variable, T initial, ValueFormat<T> format) {
    return find(variable, format).orElse(initial);
  }

  /** A switch that must be on for the orchestrator to start. */
  boolean mustBeOn(String variable, String rule) {
    String text = raw(variable).map(String::strip).orElse("");
    boolean on = text.toLowerCase(Locale.ROOT).equals("true");
    if (!on) {
      boolean off = text.isEmpty() || text.toLowerCase(Locale.ROOT).equals("false");
      String understood = off ? "" : " (only true and false are understood)";
      report(variable, text, "%s; set %s=true%s".formatted(rule, variable, understood));
    }
    return on;
  }

  /** A password, to the letter: white space may belong to it. Empty if not set. */
  Secret password(String variable) {
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
  boolean isSet(String variable) {
    return raw(variable).isPresent();
  }

  /**
   * The value as the operator wrote it; blank is not set. Goes to the sources itself: {@code
   * Config} would take <code>
   * ${…}</code> in a password for an expression.
   */
  private Optional<String> raw(String variable) {
    asked.add(variable);
    for (ConfigSource source : config.getConfigSources()) { // the strongest first
      String value = source.getValue(variable);
      if (value != null) {
        return Optional.of(value).filter(text -> !text.isBlank());
      }
    }
    return Optional.empty();
  }
}
