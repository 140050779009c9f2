package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.Failure;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the orchestrator made of one app: the row of {@code deployments}.
 *
 * <p>Its state changes by the methods named after states, along {@link
 * DeploymentState#successors()}.
 */
@Entity
@Table(name = "deployments")
public class Deployment {

  @Id private UUID id;

  @Column(name = "app_id", nullable = false, updatable = false)
  private UUID appId;

  @Column(name = "app_name", nullable = false)
  private @Nullable String appName;

  @Embedded private Standing standing;

  /** The persistence provider has null where all columns of a part are. */
  @Embedded private @Nullable Place place;

  @Embedded private DeployedWorkload workload = new DeployedWorkload();

  @Embedded private AttemptCount attempts = new AttemptCount();

  @Embedded private RestartCount restarts = new RestartCount();

  @Version private long version;

  /** For the persistence provider. */
  @SuppressWarnings("NullAway.Init")
  protected Deployment() {}

  /** A deployment that nothing has been done for yet. */
  public Deployment(AppId appId, AppName appName, String node, Instant now) {
    this.id = UUID.randomUUID();
    this.appId = appId.value();
    this.appName = appName.value();
    this.place = Place.on(node);
    this.standing = new Standing(now);
  }

  private void become(DeploymentState next, Reason why) {
    standing.become(next, why, appName);
  }

  /** Waits for a next look; nothing is known to be wrong. */
  public void pending() {
    become(DeploymentState.PENDING, Reason.none());
  }

  /** Waits, because of the failure, until then. */
  public void pending(Failure why, Instant nextLook) {
    become(DeploymentState.PENDING, Reason.none());
    waits(why, nextLook);
  }

  /** Stays stopped until an operator releases it. */
  public void held(Failure why) {
    become(DeploymentState.PENDING, Reason.of(why));
    attempts.forget(); // to stop it; what comes next has tries of its own
    restarts.oweNothing();
    workload.held();
  }

  /** The image is being pulled; what runs meanwhile runs on. */
  public void pulling() {
    become(DeploymentState.PULLING, Reason.none());
    updates().waitNoMore();
  }

  public void creating(String reference, String imageId, String digest) {
    become(DeploymentState.CREATING, Reason.none());
    workload.isOf(new DeployedImage(reference, imageId, digest));
  }

  /** The container is there, not started yet. */
  public void created(ContainerId containerId, String specHash, int generation) {
    workload.made(containerId, specHash, generation);
  }

  public void starting(Instant now) {
    become(DeploymentState.STARTING, reason());
    workload.starting(now);
  }

  /** Runs, and does not answer. */
  public void unhealthy(Failure why) {
    become(DeploymentState.UNHEALTHY, Reason.of(why, reason().nextLookAt()));
    workload.unhealthy();
  }

  /**
   * Is to be started again then, because of the failure.
   *
   * @param run when the run that ended so had begun
   */
  public void restarting(Failure why, Instant nextLook, Instant run) {
    become(DeploymentState.RESTARTING, Reason.none());
    waits(why, nextLook);
    restarts.owe(run);
  }

  /**
   * Was started again because of a failure, which is dealt with so. Counted once: here, or when it
   * is healthy if the process that started it ended before it came to that.
   */
  public void restarted() {
    restarts.count();
    standing.because(Reason.none());
  }

  /** Is to be started again at once, for no fault of its own: not counted. */
  public void restarting(Instant run) {
    become(DeploymentState.RESTARTING, Reason.none());
    restarts.excuse(run);
  }

  public void healthy(Instant now) {
    become(DeploymentState.HEALTHY, Reason.none());
    workload.healthy(now);
    restarts.countIfOwed();
    attempts.forget();
  }

  /** Runs as it did; the reason says why it is not otherwise. */
  public void healthyStill(Failure why, Optional<Instant> nextLook, Instant now) {
    become(DeploymentState.HEALTHY, Reason.of(why, nextLook));
    workload.healthyStill(now);
  }

  public void stopping() {
    become(DeploymentState.STOPPING, Reason.none());
  }

  public void stopped() {
    become(DeploymentState.STOPPED, Reason.none());
    workload.stopped();
    renew();
  }

  public void failed(Failure why, String specHash) {
    become(DeploymentState.FAILED, Reason.of(why));
    workload.failed(specHash);
    restarts.oweNothing();
  }

  /** Says why the present state lasts, and until when at most. */
  public void waits(Failure why, Instant nextLook) {
    restarts.preventedBy(why.code());
    standing.because(Reason.of(why, Optional.of(nextLook)));
  }

  /** The reason could not be stored in its own words: the code stays. */
  public void withoutReasonMessage(String instead) {
    standing.because(reason().in(instead));
  }

  /** Nothing older than the next container will do. */
  public void redeploy() {
    workload.replace();
  }

  /** There is no container any more. */
  public void forgetContainer() {
    workload.forgetContainer();
  }

  /** By those settings the app is asked whether it is well. */
  public void asksBy(String hash) {
    workload.asksBy(hash);
  }

  /** Has that data volume on its node, or none. */
  public void hasVolume(Optional<String> name) {
    place = place().with(name);
  }

  /**
   * A volume of it was removed, by an operator's word.
   *
   * @param left another one that it has on its node, if there is one
   */
  public void volumeRemoved(Optional<String> left) {
    hasVolume(left);
    standing.because(Reason.none());
  }

  /** Goes to that node, without what it had on the one before. */
  public void moveTo(String other) {
    place = Place.on(other);
    workload.forgetContainers();
  }

  /** How often was tried in vain what is tried now, or waits to be. */
  public int attempts() {
    return updates().areWaiting() && state() == DeploymentState.HEALTHY
        ? updates().attempts()
        : attempts.count();
  }

  /** Begins anew: no tries, no restarts, and the tag is to be resolved again. */
  public void renew() {
    attempts.forget();
    restarts.forget();
    workload.renew();
  }

  /** The tag is to be resolved again before the next create. */
  public void forgetImage() {
    workload.forgetImage();
  }

  /** Takes the app's present name and the node that works on it. */
  public void belongsTo(AppName name, String worker) {
    appName = name.value();
    place = place().named(worker);
  }

  /** Marks the state as written by the orchestrator; called where it is stored. */
  public void written(Instant now) {
    standing.written(now);
  }

  /** Whether somebody else wrote the state since we did. */
  public boolean changedByHand() {
    return standing.changedByHand();
  }

  public AppId appId() {
    return new AppId(appId);
  }

  /** Empty if somebody wrote something into the row that is no name. */
  public Optional<AppName> appName() {
    return Optional.ofNullable(appName).flatMap(AppName::parse);
  }

  public DeploymentState state() {
    return standing.state();
  }

  public Reason reason() {
    return standing.reason();
  }

  /** What was written last of the state, and when. */
  public Standing standing() {
    return standing;
  }

  public Place place() {
    return Place.copyOf(place);
  }

  public DeployedImage image() {
    return workload.image();
  }

  public DeployedContainers containers() {
    return workload.containers();
  }

  public ObservedHealth health() {
    return workload.health();
  }

  public UpdateTries updates() {
    return workload.updates();
  }

  /** The tries in vain to bring it up; those to update what runs are {@link #updates()}. */
  public AttemptCount tries() {
    return attempts;
  }

  public RestartCount restarts() {
    return restarts;
  }
}
