package io.appserver.orchestrator.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for a condition before they fail. The same work takes four times as long on
 * one machine as on another, and longer beside other work; a wait that is long enough for all of
 * them costs nothing where the condition comes true. No limit here says how fast anything has to
 * be.
 *
 * <p>As an extension, which JUnit finds by itself, it gives {@link Awaitility} that patience.
 */
public final class Patience implements BeforeAllCallback {

  /** For one condition, such as a state of an app. */
  public static final Duration CONDITION = Duration.ofMinutes(2);

  /** For an app that fails only after several tries, with pauses between them. */
  public static final Duration TRIES = Duration.ofMinutes(5);

  /** For a server that starts. */
  public static final Duration SERVER = Duration.ofMinutes(5);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(CONDITION);
  }
}
