package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
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
  private String appName;

  @Convert(converter = StateConverter.class)
  @Column(nullable = false)
  private DeploymentState state;

  @Convert(converter = StateConverter.class)
  @Column(name = "last_written_state")
  private @Nullable DeploymentState lastWrittenState;

  private @Nullable String node;

  private @Nullable String volume;

  /** The persistence provider has null where all columns of a part are. */
  @Embedded private @Nullable Reason reason;

  /** As {@link #reason}. */
  @Embedded private @Nullable DeployedImage image;

  /** As {@link #reason}: an earlier orchestrator's table may have no status. */
  @Embedded private @Nullable ObservedHealth health;

  @Embedded private AttemptCount attempts = new AttemptCount();

  @Embedded private DeployedContainers containers = new DeployedContainers();

  @Embedded private RestartCount restarts = new RestartCount();

  @Embedded private UpdateTries updates = new UpdateTries();

  @Column(name = "created_at", nullable = false, updatable = false)
  private Instant createdAt;

  @Column(name = "updated_at", nullable = false)
  private Instant updatedAt;

  @Version private long version;

  /** For the persistence provider. */
  @SuppressWarnings("NullAway.Init")
  protected Deployment() {}

  /** A deployment that nothing has been done for yet. */
  public Deployment(AppId appId, AppName appName, String node, Instant now) {
    this.id = UUID.randomUUID();
    this.appId = appId.value();
    this.appName = appName.value();
    this.node = node;
    this.state = DeploymentState.PENDING;
    this.health = new ObservedHealth();
    this.createdAt = now;
    this.updatedAt = now;
  }

  private void become(DeploymentState next) {
    if (state != next && !state.mayBecome(next)) {
      throw new IllegalStateException(
          "app_name=%s must not go from %s to %s".formatted(appName, state, next));
    }
    state = next;
  }

  private void become(DeploymentState next, @Nullable Reason why) {
    become(next);
    reason = why;
  }

  /** Waits for a next look; nothing is known to be wrong. */
  public void pending() {
    become(DeploymentState.PENDING, null);
  }

  /** Waits, because of the failure, until then. */
  public void pending(Failure why, Instant nextLook) {
    become(DeploymentState.PENDING);
    waits(why, nextLook);
  }

  /** Stays stopped until an operator releases it. */
  public void held(Failure why) {
    become(DeploymentState.PENDING, new Reason(why, null));
    attempts.forget(); // to stop it; what comes next has tries of its own
    restarts.oweNothing();
    changedHealth().unknown();
    changedHealth().endedBeingHealthy();
  }

  /** The image is being pulled; what runs meanwhile runs on. */
  public void pulling() {
    become(DeploymentState.PULLING, null);
    updates.waitNoMore();
  }

  public void creating(String reference, String imageId, String digest) {
    become(DeploymentState.CREATING, null);
    image = new DeployedImage(reference, imageId, digest);
  }

  /** The container is there, not started yet. */
  public void created(ContainerId containerId, String specHash, int generation) {
    containers.made(containerId, specHash, generation);
    updates.areOver();
    changedHealth().unknown();
  }

  public void starting(Instant now) {
    become(DeploymentState.STARTING);
    changedHealth().starting(now);
  }

  /** Runs, and does not answer. */
  public void unhealthy(Failure why) {
    become(DeploymentState.UNHEALTHY);
    explain(why);
    changedHealth().unhealthy();
  }

  /**
   * Is to be started again then, because of the failure.
   *
   * @param run when the run that ended so had begun
   */
  public void restarting(Failure why, Instant nextLook, Instant run) {
    become(DeploymentState.RESTARTING);
    waits(why, nextLook);
    restarts.owe(run);
  }

  /**
   * Was started again because of a failure, which is dealt with so. Counted once: here, or when it
   * is healthy if the process that started it ended before it came to that.
   */
  public void restarted() {
    restarts.count();
    reason = null;
  }

  /** Is to be started again at once, for no fault of its own: not counted. */
  public void restarting(Instant run) {
    become(DeploymentState.RESTARTING, null);
    restarts.excuse(run);
  }

  /** A time this long without trouble is worth a clean sheet. */
  public void forgiveRestarts(Instant healthySinceBefore) {
    restarts.set(restartsCounted(healthySinceBefore));
  }

  /** How many restarts count now; none after a time this long without trouble. */
  public int restartsCounted(Instant healthySinceBefore) {
    return health().healthyAt(healthySinceBefore) ? 0 : Math.max(restarts.number(), 0);
  }

  public void healthy(Instant now) {
    become(DeploymentState.HEALTHY, null);
    changedHealth().healthy(now);
    containers.prove();
    restarts.countIfOwed();
    attempts.forget();
  }

  /** Runs as it did; the reason says why it is not otherwise. */
  public void healthyStill(Failure why, Optional<Instant> nextLook, Instant now) {
    become(DeploymentState.HEALTHY, new Reason(why, nextLook.orElse(null)));
    changedHealth().healthyStill(now);
  }

  public void stopping() {
    become(DeploymentState.STOPPING, null);
  }

  public void stopped() {
    become(DeploymentState.STOPPED, null);
    forgetContainer();
    containers.forgetPrevious();
    renew();
    changedHealth().forgetHash();
  }

  public void failed(Failure why, String specHash) {
    become(DeploymentState.FAILED, new Reason(why, null));
    containers.failed(specHash);
    changedHealth().endedBeingHealthy();
    restarts.oweNothing();
    updates.areOver();
  }

  /** Says why the present state lasts, and until when at most. */
  public void waits(Failure why, Instant nextLook) {
    if (why.code() == FailureCode.RUNTIME_UNAVAILABLE) {
      restarts.oweNothing(); // what the engine's own end prevents has cost nothing
    }
    reason = new Reason(why, nextLook);
  }

  /** Says why; when it is looked at next stays as it is. */
  private void explain(Failure why) {
    reason = new Reason(why, reason().nextLookAt().orElse(null));
  }

  /** The reason could not be stored in its own words: the code stays. */
  public void withoutReasonMessage(String instead) {
    reason = reason().in(instead);
  }

  /** Nothing older than the next container will do. */
  public void redeploy() {
    containers.wantNext();
    updates.forget();
  }

  /** There is no container any more. */
  public void forgetContainer() {
    containers.forget();
    updates.waitNoMore();
    changedHealth().forget();
  }

  /**
   * By those settings the app is asked whether it is well. What was refused under others may do
   * now.
   */
  public void asksBy(String hash) {
    if (changedHealth().askedBy(hash)) {
      updates.forget();
    }
  }

  /** There is data of it on its node. */
  public void hasVolume(String name) {
    volume = name;
  }

  /**
   * A volume of it was removed, by an operator's word.
   *
   * @param left another one that it has on its node, if there is one
   */
  public void volumeRemoved(Optional<String> left) {
    volume = left.orElse(null);
    reason = null;
  }

  /** The volume that was made for it is taken back. */
  public void forgetVolume() {
    volume = null;
  }

  /** Goes to that node, without what it had on the one before. */
  public void moveTo(String other) {
    node = other;
    volume = null;
    forgetContainer();
    containers.forgetPrevious();
  }

  /** How many tries have failed with the code, if one more does. */
  public int attemptsIfAnother(FailureCode code) {
    return attempts.countIfAnother(code);
  }

  /** Counts a try that failed with the code; counting starts anew when the code changes. */
  public int countAttempt(FailureCode code) {
    return attempts.count(code);
  }

  /** How often was tried in vain what is tried now, or waits to be. */
  public int attempts() {
    return updates.areWaiting() && state == DeploymentState.HEALTHY
        ? updates.attempts()
        : attempts.count();
  }

  /** Begins anew: no tries, no restarts, and the tag is to be resolved again. */
  public void renew() {
    attempts.forget();
    restarts.forget();
    forgetImage();
    updates.forget();
  }

  /** The tag is to be resolved again before the next create. */
  public void forgetImage() {
    image = image().withoutId();
  }

  /** Takes the app's present name and the node that works on it. */
  public void belongsTo(AppName name, String worker) {
    appName = name.value();
    node = worker;
  }

  /** Marks the state as written by the orchestrator; called where it is stored. */
  public void written(Instant now) {
    lastWrittenState = state;
    updatedAt = now;
  }

  /** Whether somebody else wrote the state since we did. */
  public boolean changedByHand() {
    return lastWrittenState != null && lastWrittenState != state;
  }

  /** Whether the reason is why what is to follow what runs is not there. */
  public boolean saysWhyThereIsNoUpdate() {
    return updates.areExplainedBy(reason());
  }

  public UUID id() {
    return id;
  }

  public AppId appId() {
    return new AppId(appId);
  }

  /** Empty if somebody wrote a text into the row that is no name. */
  public Optional<AppName> appName() {
    return AppName.parse(appName);
  }

  public DeploymentState state() {
    return state;
  }

  /**
   * The state this program wrote last; differs from {@link #state()} when somebody changed the row
   * by hand.
   */
  public Optional<DeploymentState> lastWrittenState() {
    return Optional.ofNullable(lastWrittenState);
  }

  public Reason reason() {
    return reason == null ? new Reason() : reason;
  }

  public DeployedImage image() {
    return image == null ? new DeployedImage() : image;
  }

  public DeployedContainers containers() {
    return containers;
  }

  public ObservedHealth health() {
    return health == null ? new ObservedHealth() : health;
  }

  private ObservedHealth changedHealth() {
    ObservedHealth changed = health();
    health = changed;
    return changed;
  }

  public RestartCount restarts() {
    return restarts;
  }

  public UpdateTries updates() {
    return updates;
  }

  public Optional<String> node() {
    return Optional.ofNullable(node);
  }

  /** The data volume that it has on its node. */
  public Optional<String> volume() {
    return Optional.ofNullable(volume);
  }

  /** When the orchestrator wrote the row last. */
  public Instant updatedAt() {
    return updatedAt;
  }
}
