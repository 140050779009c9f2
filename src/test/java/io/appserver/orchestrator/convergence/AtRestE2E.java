package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.testing.InWorkshop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An instance that asks for work less often, as nobody else gives any, misses none. */
class AtRestE2E extends InWorkshop {

  private static final AppName TODOS = new AppName("todos");

  @BeforeEach
  void theInstanceIsAtRest() {
    shop.convergence.rest(true);
  }

  @Test
  void whatIsSignalledHereIsLookedAt() {
    shop.healthyApp("todos");

    assertThat(shop.course("todos")).endsWith("healthy");
  }

  @Test
  void whatIsToBeLookedAtAgainIsAtItsTime() {
    shop.healthyApp("todos");

    shop.engine.exit(shop.engine.ids().getFirst(), 1);
    shop.signal("todos", Cause.ENDED);
    shop.awaitState("todos", "restarting");

    shop.awaitState("todos", "healthy");
  }

  @Test
  void whatIsSignalledInTheDatabaseAloneIsFound() {
    shop.healthyApp("todos");
    shop.set("todos", "registered");

    shop.work.signal("node", TODOS, Cause.UNINSTALLED);

    shop.awaitState("todos", "stopped");
  }

  @Test
  void whoseRestEndsLooksAtOnce() {
    shop.app("todos", "installed");
    shop.work.signal("node", TODOS, Cause.INSTALLED);

    shop.convergence.rest(false);

    shop.awaitState("todos", "healthy");
  }
}
