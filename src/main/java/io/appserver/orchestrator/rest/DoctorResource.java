package io.appserver.orchestrator.rest;

import io.appserver.orchestrator.doctor.Doctor;
import io.appserver.orchestrator.doctor.Finding;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What is wrong around the orchestrator, and what to do about it. */
@Path("doctor")
@Produces(MediaType.APPLICATION_JSON)
@Singleton
@Tag(name = "doctor")
public class DoctorResource {

  private final Doctor doctor;

  @Inject
  public DoctorResource(Doctor doctor) {
    this.doctor = doctor;
  }

  /**
   * What one check found.
   *
   * @param status ok, warning or failed
   * @param cure what to do; empty where nothing is wrong
   */
  public record FindingView(
      String check, String status, String summary, String cure, Map<String, String> details) {
    static FindingView of(Finding finding) {
      return new FindingView(
          finding.check(),
          finding.status().word(),
          finding.summary(),
          finding.cure(),
          finding.details());
    }
  }

  /** All that was found. */
  public record Examination(Instant at, List<FindingView> findings) {}

  @GET
  @Operation(
      summary = "Examine engine, network, registry, broker, database and clock",
      description = "Asks each of them now; takes half a minute where one does not answer.")
  public Examination examine() {
    return new Examination(Instant.now(), doctor.examine().stream().map(FindingView::of).toList());
  }
}
