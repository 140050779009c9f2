package io.appserver.orchestrator.configuration;

import java.util.ArrayList;
import java.util.List;

/** Settings that are about the same, in the order in which they are declared. */
final class VariableGroup {

  private final String title;
  private final List<Variable<?>> variables = new ArrayList<>();

  VariableGroup(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  List<Variable<?>> variables() {
    return List.copyOf(variables);
  }

  /**
   * Declares one that has an initial value.
   *
   * @param initial its value unless the operator sets it, as he would write it
   * @param meaning what it says, where the name does not; Markdown
   */
  <T> Variable<T> of(String name, ValueFormat<T> format, String initial, String meaning) {
    return declared(new Variable<>(name, format, initial, "", meaning));
  }

  /**
   * Declares one that has none.
   *
   * @param without what holds without it, in words; Markdown
   * @param meaning what it says, where the name does not; Markdown
   */
  <T> Variable<T> without(String name, ValueFormat<T> format, String without, String meaning) {
    return declared(new Variable<>(name, format, "", without, meaning));
  }

  private <T> Variable<T> declared(Variable<T> variable) {
    variables.add(variable);
    return variable;
  }
}
