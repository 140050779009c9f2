package io.appserver.orchestrator.simulation;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which apps' calls fare badly now. */
final class Lines {

  /** An app's container by name or id, or its volume. */
  private static final Pattern TARGET = Pattern.compile("app-([a-z]+[0-9]+)\\b.*");

  private final Map<String, Line> lines = new HashMap<>();

  void set(String app, Line line) {
    lines.put(app, line);
  }

  void heal() {
    lines.clear();
  }

  Line ofApp(String app) {
    return lines.getOrDefault(app, Line.GOOD);
  }

  /** Of the app that the name or id is of; good if it is of none. */
  Line of(String target) {
    Matcher matcher = TARGET.matcher(target);
    return matcher.matches() ? ofApp(matcher.group(1)) : Line.GOOD;
  }
}
