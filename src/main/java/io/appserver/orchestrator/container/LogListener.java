package io.appserver.orchestrator.container;

/** Is told a container's output as it comes. */
@FunctionalInterface
public interface LogListener {

  /**
   * One line was said.
   *
   * @param error whether it stands on standard error
   * @param line without its end and without control characters but tabs
   */
  void line(boolean error, String line);
}
