package io.appserver.orchestrator.configuration;

/** How a value is written, and what it may be. */
@FunctionalInterface
public interface ValueFormat<T> {

  /**
   * Reads the value.
   *
   * @param text not blank, without white space at either end
   * @throws IllegalArgumentException whose message goes on from the value's name and says what is
   *     allowed (“must be …”), and does not repeat the text, which may be a secret
   */
  T read(String text);

  /** What may be written, in few words; Markdown. */
  default String words() {
    return "text";
  }
}
