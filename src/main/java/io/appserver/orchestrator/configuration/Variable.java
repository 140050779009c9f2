package io.appserver.orchestrator.configuration;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One setting of the operator's. README and {@code server.env} tell of it in these words.
 *
 * @param name of the environment variable
 * @param format how its value is written
 * @param initial its value unless the operator sets it, as he would write it; empty if it has none
 * @param without what holds without it, in words, where it has no initial value
 * @param meaning what it says, where the name does not; Markdown
 */
record Variable<T>(
    String name, ValueFormat<T> format, String initial, String without, String meaning) {

  /** The value that holds unless the operator sets another. */
  T initialValue() {
    return format.read(initial);
  }

  /**
   * The value of the text; the initial one if there is none or it is wrong, which the reader
   * reports.
   */
  T orInitial(@Nullable String text) {
    return Optional.ofNullable(text)
        .filter(given -> !given.isBlank())
        .flatMap(given -> {
          try {
            return Optional.of(format.read(given.strip()));
          } catch (IllegalArgumentException e) {
            return Optional.empty();
          }
        })
        .orElseGet(this::initialValue);
  }

  /** What holds without it, in words. */
  String byDefault() {
    return initial.isEmpty() ? without : initial;
  }
}
