package io.appserver.orchestrator.e2e.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Tests on the {@link Platform} that all of them share: a constructor or method asks for it by a
 * parameter. It is started for the first of them, and removed after the last.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SharedPlatform.class)
@ResourceLock(EndToEnd.ONE_SERVER)
public @interface EndToEnd {

  /** Held by tests on the shared platform: they take turns with its server. */
  String ONE_SERVER = "the shared server";

  /**
   * Held by tests that start a server of their own, in two rows of about the same length: two of
   * them at a time are enough for two cores.
   */
  String OWN_SERVER = "a server of one's own";

  /** The other row. */
  String OTHER_SERVER = "another server of one's own";
}
