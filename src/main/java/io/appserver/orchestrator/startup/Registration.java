package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.convergence.operation.Nodes;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** Registers this engine as its node, and waits a while for whoever may be in the way. */
@Dependent
class Registration {

  /**
   * A killed orchestrator counts as alive for {@link Nodes#PATIENCE}. What is in the way for longer
   * than twice that is alive.
   */
  private static final Duration LONGEST_WAIT = Nodes.PATIENCE.multipliedBy(2);

  private static final Logger LOG = Logger.getLogger(Registration.class.getName());

  private final RuntimeView view;
  private final LongSupplier nanoTime;
  private long occupiedSince;
  private boolean occupied;

  @Inject
  Registration(RuntimeView view) {
    this(view, System::nanoTime);
  }

  Registration(RuntimeView view, LongSupplier nanoTime) {
    this.view = view;
    this.nanoTime = nanoTime;
  }

  /**
   * What keeps the engine from being that node, in words; empty if it is now.
   *
   * @throws Gate.RefusedException if waiting does not help, with the cure
   */
  String trouble(NodeRegistration nodes, Identity who, String engine) throws SQLException {
    Set<String> containers;
    try {
      containers = containers(who);
    } catch (DeploymentException e) {
      return e.failure().message();
    }
    return switch (nodes.register(who.node(), engine, containers)) {
      case NodeRegistration.Answer.Registered registered -> {
        tell(registered, who.node());
        yield "";
      }
      case NodeRegistration.Answer.Occupied(String why) -> {
        long now = nanoTime.getAsLong();
        occupiedSince = occupied ? occupiedSince : now;
        occupied = true;
        if (now - occupiedSince > LONGEST_WAIT.toNanos()) {
          throw new Gate.RefusedException(why, null);
        }
        yield why;
      }
      case NodeRegistration.Answer.Refused(String why) ->
          throw new Gate.RefusedException(why, null);
    };
  }

  /**
   * Asks whether the engine still is that node, and takes the name again if nobody has it. A
   * process that stood still while its node was renamed must not go on under the old name.
   *
   * @throws Gate.RefusedException if somebody else is in the way, with the cure
   */
  void renew(NodeRegistration nodes, Identity who, String engine) throws SQLException {
    if (nodes.holds(who.node(), engine)) {
      return;
    }
    switch (nodes.register(who.node(), engine, containers(who))) {
      case NodeRegistration.Answer.Registered registered -> tell(registered, who.node());
      case NodeRegistration.Answer.Occupied(String why) ->
          throw new Gate.RefusedException(why, null);
      case NodeRegistration.Answer.Refused(String why) ->
          throw new Gate.RefusedException(why, null);
    }
  }

  private Set<String> containers(Identity who) {
    return view.list(who.installation()).stream()
        .map(container -> container.id().value())
        .collect(Collectors.toSet());
  }

  private static void tell(NodeRegistration.Answer.Registered registered, String name) {
    for (String old : registered.renamed()) {
      LOG.warning(() ->
          "the node %s is called %s now: its apps, their signals and events go with it, and no container is touched"
              .formatted(old, name));
    }
    for (String old : registered.left()) {
      LOG.warning(() ->
          "the node %1$s has the same engine id as this one, and none of its containers is here: its apps stay its own. If it does not come back, retire it in favour of %2$s"
              .formatted(old, name));
    }
  }
}
