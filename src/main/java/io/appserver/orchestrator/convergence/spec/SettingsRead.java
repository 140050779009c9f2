package io.appserver.orchestrator.convergence.spec;

import io.appserver.orchestrator.app.AppSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What the settings that the platform has of an app come to. */
public sealed interface SettingsRead {

  /** All of them are right. */
  record Valid(Spec spec) implements SettingsRead {}

  /**
   * Some are wrong, and none of them is to be followed.
   *
   * @param problems a sentence for each wrong setting: key, value, what is allowed
   */
  record Invalid(List<String> problems) implements SettingsRead {
    /** All problems as one text. */
    public String words() {
      return String.join("; ", problems);
    }
  }

  /**
   * There are none, of an app that had some, and it is not believed yet that somebody took them
   * away.
   *
   * @param words why not
   */
  record Doubted(String words) implements SettingsRead {}

  /**
   * Reads them.
   *
   * @param stored key to value
   * @param hadSome whether the app had settings when it was deployed last
   * @param doubt why it is not believed now that apps have no settings any more; asked for only if
   *     this one has none and had some
   */
  static SettingsRead of(
      Map<String, String> stored, boolean hadSome, Supplier<Optional<String>> doubt) {
    if (hadSome && AppSettings.areAbsent(stored)) {
      Optional<String> words = doubt.get();
      if (words.isPresent()) {
        return new Doubted(words.get());
      }
    }
    return switch (AppSettings.parse(stored)) {
      case AppSettings.Valid valid -> new Valid(Spec.of(valid.settings()));
      case AppSettings.Invalid invalid -> new Invalid(invalid.problems());
    };
  }

  /** What they ask for, if they are right and believed. */
  default Optional<Spec> valid() {
    return this instanceof Valid(Spec spec) ? Optional.of(spec) : Optional.empty();
  }
}
