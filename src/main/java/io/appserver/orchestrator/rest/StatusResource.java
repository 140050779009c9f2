package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.convergence.ConvergenceService;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.rest.view.AppFigures;
import io.appserver.orchestrator.rest.view.Version;
import io.appserver.orchestrator.startup.Lifecycle;
import io.appserver.orchestrator.supervision.Supervision;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** How the orchestrator itself is. */
@Path("status")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "status")
public class StatusResource {

  /** Before it is registered. */
  private static final Identity NOBODY = new Identity("", "", new UUID(0, 0));

  private final AppFigures apps;
  private final Lifecycle lifecycle;
  private final ConvergenceService convergence;
  private final Supervision supervision;
  private final EventSource events;
  private final Provider<Identity> identity;
  private final Version version;

  @Inject
  public StatusResource(
      AppFigures apps,
      Lifecycle lifecycle,
      ConvergenceService convergence,
      Supervision supervision,
      EventSource events,
      Provider<Identity> identity,
      Version version) {
    this.apps = apps;
    this.lifecycle = lifecycle;
    this.convergence = convergence;
    this.supervision = supervision;
    this.events = events;
    this.identity = identity;
    this.version = version;
  }

  /**
   * The instance that answers, and the apps of all nodes.
   *
   * @param waitingFor what its start still waits for; empty once it works
   * @param watching whether it is the one that watches its node
   * @param watched how many apps it probes
   * @param hostTrouble why failing health checks are not acted on; empty if they are
   * @param trouble why what runs is not watched as it should be; empty if it is
   * @param busy how many apps it works on now
   * @param database what is wrong with it, in words; empty if nothing is
   * @param broker the same
   * @param counts of apps, by state
   * @param attention how many apps somebody should look at
   * @param deadLetters how many there are; left out while nobody knows
   */
  public record View(
      String version,
      String node,
      String instance,
      String installation,
      Instant startedAt,
      String waitingFor,
      boolean watching,
      int watched,
      String hostTrouble,
      String trouble,
      int busy,
      String database,
      String broker,
      Map<String, Long> counts,
      int apps,
      long attention,
      OptionalInt deadLetters) {}

  @GET
  @Operation(summary = "The orchestrator itself, and the apps in numbers")
  public View status() {
    Identity who = lifecycle.waitingFor().isEmpty() ? identity.get() : NOBODY;
    AppFigures.Figures figures = apps.now();
    return new View(
        version.toString(),
        who.node(),
        who.instance().toString(),
        who.installation(),
        Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()),
        lifecycle.waitingFor(),
        supervision.isWatching(),
        supervision.watched(),
        supervision.hostTrouble(),
        supervision.trouble(),
        convergence.busy(),
        figures.trouble(),
        String.join("; ", events.status().missing()),
        figures.counts(),
        figures.apps(),
        figures.attention(),
        figures.deadLetters());
  }
}
