package io.appserver.orchestrator.convergence;

/**
 * Why an app is looked at.
 *
 * @param word a short term for history and log, such as {@code app.installed}; no commas
 * @param renews whether it may wake what has failed
 */
public record Cause(String word, boolean renews) {

  public static final Cause INSTALLED = new Cause("app.installed", true);
  public static final Cause UNINSTALLED = new Cause("app.uninstalled", false);
  public static final Cause START_UP = new Cause("start-up", false);
  public static final Cause INTERVAL = new Cause("interval", false);
  public static final Cause DEPENDENCY = new Cause("dependency", false);
  public static final Cause NEEDED = new Cause("needed by a dependant", false);
  public static final Cause CREDENTIALS = new Cause("restart with registry credentials", true);
  public static final Cause EVENT_PENDING = new Cause("event not settled", false);
  public static final Cause OPERATOR = new Cause("operator", true);
}
