package io.appserver.orchestrator.deployment;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import jakarta.persistence.Column;
import jakarta.persistence.Convert;
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

  @Column(name = "container_id")
  private @Nullable String containerId;

  @Convert(converter = HealthStatusConverter.class)
  @Column(name = "health_status", nullable = false)
  private HealthStatus healthStatus;

  private @Nullable String node;

  @Column(name = "reason_code")
  private @Nullable String reasonCode;

  @Column(name = "reason_message")
  private @Nullable String reasonMessage;

  private int attempts;

  @Column(name = "attempt_code")
  private @Nullable String attemptCode;

  @Column(name = "next_look_at")
  private @Nullable Instant nextLookAt;

  @Column(name = "image_reference")
  private @Nullable String imageReference;

  @Column(name = "image_id")
  private @Nullable String imageId;

  @Column(name = "image_digest")
  private @Nullable String imageDigest;

  @Column(name = "spec_hash")
  private @Nullable String specHash;

  @Column(name = "previous_container_id")
  private @Nullable String previousContainerId;

  @Column(name = "previous_spec_hash")
  private @Nullable String previousSpecHash;

  @Column(name = "rejected_spec_hash")
  private @Nullable String rejectedSpecHash;

  @Column(name = "tried_spec_hash")
  private @Nullable String triedSpecHash;

  @Column(name = "update_due_at")
  private @Nullable Instant updateDueAt;

  @Column(name = "update_code")
  private @Nullable String updateCode;

  @Column(name = "update_attempts")
  private int updateAttempts;

  @Column(name = "health_hash")
  private @Nullable String healthHash;

  private int generation;

  private int restarts;

  @Column(name = "restarted_run")
  private @Nullable Instant restartedRun;

  @Column(name = "restart_owed")
  private boolean restartOwed;

  @Column(name = "wanted_generation")
  private int wantedGeneration;

  private boolean proven;

  private @Nullable String volume;

  @Column(name = "started_at")
  private @Nullable Instant startedAt;

  @Column(name = "healthy_since")
  private @Nullable Instant healthySince;

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
    this.healthStatus = HealthStatus.UNKNOWN;
    this.createdAt = now;
    this.updatedAt = now;
  }

  /** Waits for a next look; nothing is known to be wrong. */
  public void pending() {
    become(DeploymentState.PENDING);
    clearReason();
  }

  /** Waits, because of the failure, until then. */
  public void pending(Failure reason, Instant nextLook) {
    become(DeploymentState.PENDING);
    waits(reason, nextLook);
  }

  /** Stays stopped until an operator releases it. */
  public void held(Failure reason) {
    if (state != DeploymentState.PENDING) {
      become(DeploymentState.PENDING);
    }
    clearReason();
    this.attempts = 0; // to stop it; what comes next has tries of its own
    this.attemptCode = null;
    this.restartOwed = false;
    this.reasonCode = reason.code().code();
    this.reasonMessage = reason.message();
    this.healthStatus = HealthStatus.UNKNOWN;
    this.healthySince = null;
  }

  /** The image is being pulled; what runs meanwhile runs on. */
  public void pulling() {
    become(DeploymentState.PULLING);
    clearReason();
    this.updateDueAt = null;
  }

  public void creating(String reference, String imageId, String digest) {
    become(DeploymentState.CREATING);
    clearReason();
    this.imageReference = reference;
    this.imageId = imageId;
    this.imageDigest = digest;
  }

  /** The container is there, not started yet. */
  public void created(String containerId, String specHash, int generation) {
    this.containerId = containerId;
    this.specHash = specHash;
    this.generation = generation;
    this.wantedGeneration = Math.min(wantedGeneration, generation);
    this.proven = false;
    updateIsOver();
    this.healthStatus = HealthStatus.UNKNOWN;
  }

  public void starting(Instant now) {
    become(DeploymentState.STARTING);
    this.healthStatus = HealthStatus.STARTING;
    this.startedAt = now;
    this.healthySince = null;
  }

  /** Runs, and does not answer. */
  public void unhealthy(Failure reason) {
    become(DeploymentState.UNHEALTHY);
    this.reasonCode = reason.code().code();
    this.reasonMessage = reason.message();
    this.healthStatus = HealthStatus.UNHEALTHY;
  }

  /**
   * Is to be started again then, because of the failure.
   *
   * @param run when the run that ended so had begun
   */
  public void restarting(Failure reason, Instant nextLook, Instant run) {
    become(DeploymentState.RESTARTING);
    waits(reason, nextLook);
    this.restartedRun = run;
    this.restartOwed = true;
  }

  /**
   * Was started again because of a failure, which is dealt with so. Counted once: here, or when it
   * is healthy if the process that started it ended before it came to that.
   */
  public void restarted() {
    this.restarts++;
    this.restartOwed = false;
    clearReason();
  }

  /** Is to be started again at once, for no fault of its own: not counted. */
  public void restarting(Instant run) {
    become(DeploymentState.RESTARTING);
    clearReason();
    this.restartedRun = run;
    this.restartOwed = false;
  }

  /** A time this long without trouble is worth a clean sheet. */
  public void forgiveRestarts(Instant healthySinceBefore) {
    this.restarts = restartsCounted(healthySinceBefore);
  }

  /** How many restarts count now; none after a time this long without trouble. */
  public int restartsCounted(Instant healthySinceBefore) {
    return healthySince != null && !healthySince.isAfter(healthySinceBefore)
        ? 0
        : Math.max(restarts, 0);
  }

  /** Nothing older than the next container will do. */
  public void redeploy() {
    this.wantedGeneration = generation + 1;
    this.rejectedSpecHash = null;
    updateIsOver();
  }

  /** What runs will do after all. */
  public void giveUpRedeploy() {
    this.wantedGeneration = 0;
  }

  /** There is data of it on its node. */
  public void hasVolume(String name) {
    this.volume = name;
  }

  /**
   * A volume of it was removed, by an operator's word.
   *
   * @param left another one that it has on its node, if there is one
   */
  public void volumeRemoved(Optional<String> left) {
    this.volume = left.orElse(null);
    clearReason();
  }

  /** The volume that was made for it is taken back. */
  public void forgetVolume() {
    this.volume = null;
  }

  /** Goes to that node, without what it had on the one before. */
  public void moveTo(String node) {
    this.node = node;
    this.volume = null;
    forgetContainer();
    forgetPrevious();
  }

  public void healthy(Instant now) {
    become(DeploymentState.HEALTHY);
    clearReason();
    this.healthStatus = HealthStatus.HEALTHY;
    this.healthySince = now;
    this.proven = true;
    if (restartOwed) {
      restarted();
    }
    this.attempts = 0;
    this.attemptCode = null;
    forgetPrevious(); // what was kept aside is not gone back to any more
  }

  /** Runs as it did; the reason says why it is not otherwise. */
  public void healthyStill(Failure reason, Optional<Instant> nextLook, Instant now) {
    become(DeploymentState.HEALTHY);
    this.healthStatus = HealthStatus.HEALTHY;
    this.reasonCode = reason.code().code();
    this.reasonMessage = reason.message();
    this.nextLookAt = nextLook.orElse(null);
    if (healthySince == null) {
      this.healthySince = now;
    }
  }

  /** The container is kept aside until its successor is healthy. */
  public void keepPrevious() {
    this.previousContainerId = containerId;
    this.previousSpecHash = specHash;
    this.containerId = null;
  }

  /** The container that was kept aside is the one again. */
  public void restorePrevious() {
    this.containerId = previousContainerId;
    this.specHash = previousSpecHash;
    this.proven = true; // only what was healthy is replaced with a way back
    forgetPrevious();
  }

  public void forgetPrevious() {
    this.previousContainerId = null;
    this.previousSpecHash = null;
  }

  /**
   * By those settings the app is asked whether it is well. What was refused under others may do
   * now.
   */
  public void asksBy(String hash) {
    if (healthHash != null && !healthHash.equals(hash)) {
      this.rejectedSpecHash = null;
      updateIsOver();
    }
    this.healthHash = hash;
  }

  /** What was made from those settings did not work, for that reason. */
  public void reject(String specHash, FailureCode why) {
    this.rejectedSpecHash = specHash;
    updateIsOver();
    this.updateCode = why.code();
  }

  /**
   * A try with those settings came to nothing: they are no news any more, and its next try has its
   * time.
   *
   * @return whether they were others than those of the try before
   */
  public boolean triedInVain(String specHash) {
    boolean others = !specHash.equals(triedSpecHash);
    this.triedSpecHash = specHash;
    if (specHash.equals(rejectedSpecHash)) {
      this.rejectedSpecHash = null; // it was tried again, and that is to be followed up
    }
    return others;
  }

  /** Counts a try of what is to follow what runs; counting starts anew when the code changes. */
  public int countUpdateAttempt(FailureCode code) {
    this.updateAttempts = code.code().equals(updateCode) ? updateAttempts + 1 : 1;
    this.updateCode = code.code();
    return updateAttempts;
  }

  /** What runs is kept until then; then what is to follow it is tried again. */
  public void updateWaits(Instant due) {
    this.updateDueAt = due;
  }

  /** Why what is to follow what runs is not there, if it waits or was refused. */
  public Optional<FailureCode> updateCode() {
    return Optional.ofNullable(updateCode).flatMap(FailureCode::ofCode);
  }

  /** Whether the reason is why what is to follow what runs is not there. */
  public boolean saysWhyThereIsNoUpdate() {
    return updateCode != null && updateCode.equals(reasonCode);
  }

  /** Whether what is to follow what runs waits for its next try. */
  public boolean updateWaits() {
    return updateDueAt != null;
  }

  /**
   * Whether what runs is kept, or said to be kept, because other settings than those were tried in
   * vain or refused.
   */
  public boolean keptForOthersThan(String specHash) {
    boolean refusedOthers =
        rejectedSpecHash != null
            && !specHash.equals(rejectedSpecHash)
            && specHash.equals(this.specHash);
    return refusedOthers || (triedSpecHash != null && !specHash.equals(triedSpecHash));
  }

  /** Whether there is something left of what was tried in place of what runs. */
  public boolean hasTriedOthers() {
    return triedSpecHash != null || updateDueAt != null;
  }

  /** Whether another container than the present one is wanted, be it of the same settings. */
  public boolean redeployWaits() {
    return wantedGeneration > generation;
  }

  /**
   * What runs is what is wanted, or goes on in place of what was refused. What was refused before
   * others were tried may be tried when it is wanted again.
   */
  public void othersAreForgotten(String specHash) {
    boolean refused = triedSpecHash == null && specHash.equals(rejectedSpecHash);
    String why = updateCode;
    updateIsOver();
    if (refused) {
      this.updateCode = why;
    } else {
      this.rejectedSpecHash = null;
    }
  }

  /** What runs is what is wanted, or nothing runs. */
  public void updateIsOver() {
    this.triedSpecHash = null;
    this.updateDueAt = null;
    this.updateCode = null;
    this.updateAttempts = 0;
  }

  /** When what is made from those settings is tried again in place of what runs, if it waits. */
  public Optional<Instant> updateDueAt(String specHash) {
    return Optional.ofNullable(updateDueAt).filter(due -> specHash.equals(triedSpecHash));
  }

  /** Whether what those settings ask for is not what there is. */
  public boolean isAnother(String specHash) {
    return redeployWaits() || (this.specHash != null && !this.specHash.equals(specHash));
  }

  /**
   * Whether those settings are others than what there is, what was refused, and what was tried and
   * has the time of its next try.
   */
  public boolean areNew(String specHash) {
    boolean waits = updateDueAt != null || nextLookAt != null;
    return this.specHash != null
        && !this.specHash.equals(specHash)
        && !(waits && specHash.equals(triedSpecHash))
        && !specHash.equals(rejectedSpecHash);
  }

  public void stopping() {
    become(DeploymentState.STOPPING);
    clearReason();
  }

  public void stopped() {
    become(DeploymentState.STOPPED);
    clearReason();
    forgetContainer();
    forgetPrevious();
    renew();
    this.healthHash = null;
  }

  public void failed(Failure reason, String specHash) {
    become(DeploymentState.FAILED);
    this.reasonCode = reason.code().code();
    this.reasonMessage = reason.message();
    this.nextLookAt = null;
    this.specHash = specHash;
    this.healthySince = null;
    this.proven = false;
    this.restartOwed = false;
    updateIsOver();
  }

  /** There is no container any more. */
  public void forgetContainer() {
    this.containerId = null;
    this.updateDueAt = null;
    this.proven = false;
    this.healthStatus = HealthStatus.UNKNOWN;
    this.startedAt = null;
    this.healthySince = null;
  }

  /** How many tries have failed with the code, if one more does. */
  public int attemptsIfAnother(FailureCode code) {
    return code.code().equals(attemptCode) ? attempts + 1 : 1;
  }

  /** Counts a try that failed with the code; counting starts anew when the code changes. */
  public int countAttempt(FailureCode code) {
    this.attempts = attemptsIfAnother(code);
    this.attemptCode = code.code();
    return attempts;
  }

  /** Begins anew: no tries, no restarts, and the tag is to be resolved again. */
  public void renew() {
    this.attempts = 0;
    this.attemptCode = null;
    this.restarts = 0;
    this.restartOwed = false;
    this.imageId = null;
    this.rejectedSpecHash = null;
    updateIsOver();
  }

  /** The tag is to be resolved again before the next create. */
  public void forgetImage() {
    this.imageId = null;
  }

  /** Says why the present state lasts, and until when at most. */
  public void waits(Failure reason, Instant nextLook) {
    if (reason.code() == FailureCode.RUNTIME_UNAVAILABLE) {
      this.restartOwed = false; // what the engine's own end prevents has cost nothing
    }
    this.reasonCode = reason.code().code();
    this.reasonMessage = reason.message();
    this.nextLookAt = nextLook;
  }

  /** Takes the app's present name and the node that works on it. */
  public void belongsTo(AppName name, String node) {
    this.appName = name.value();
    this.node = node;
  }

  /** Marks the state as written by the orchestrator; called where it is stored. */
  public void written(Instant now) {
    this.lastWrittenState = state;
    this.updatedAt = now;
  }

  /** Whether it waits for something outside the app, and not for its own next try. */
  public boolean waitsForOthers() {
    return reasonCode()
        .flatMap(FailureCode::ofCode)
        .filter(code -> code.retryPolicy() == FailureCode.RetryPolicy.WAITS)
        .isPresent();
  }

  /** Those settings were tried, and nothing came of it yet. */
  public void tried(String specHash) {
    this.specHash = specHash;
  }

  /** Whether somebody else wrote the state since we did. */
  public boolean changedByHand() {
    return lastWrittenState != null && lastWrittenState != state;
  }

  /** The reason could not be stored in its own words: the code stays. */
  public void withoutReasonMessage(String instead) {
    if (reasonMessage != null) {
      this.reasonMessage = instead;
    }
  }

  private void become(DeploymentState next) {
    if (state != next && !state.mayBecome(next)) {
      throw new IllegalStateException(
          "app_name=%s must not go from %s to %s".formatted(appName, state, next));
    }
    state = next;
  }

  private void clearReason() {
    reasonCode = null;
    reasonMessage = null;
    nextLookAt = null;
  }

  public UUID id() {
    return id;
  }

  public AppId appId() {
    return new AppId(appId);
  }

  public String appName() {
    return appName;
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

  public HealthStatus healthStatus() {
    return healthStatus;
  }

  public Optional<String> containerId() {
    return Optional.ofNullable(containerId);
  }

  public Optional<String> node() {
    return Optional.ofNullable(node);
  }

  public Optional<String> reasonCode() {
    return Optional.ofNullable(reasonCode);
  }

  public Optional<String> reasonMessage() {
    return Optional.ofNullable(reasonMessage);
  }

  /** How often was tried in vain what is tried now, or waits to be. */
  public int attempts() {
    return updateDueAt != null && state == DeploymentState.HEALTHY ? updateAttempts : attempts;
  }

  public Optional<Instant> nextLookAt() {
    return Optional.ofNullable(nextLookAt);
  }

  public Optional<String> imageReference() {
    return Optional.ofNullable(imageReference);
  }

  public Optional<String> imageId() {
    return Optional.ofNullable(imageId);
  }

  public Optional<String> imageDigest() {
    return Optional.ofNullable(imageDigest);
  }

  public Optional<String> specHash() {
    return Optional.ofNullable(specHash);
  }

  /**
   * Whether it was made from other settings than none.
   *
   * @param none the hash of no settings
   */
  public boolean hadSettings(String none) {
    return specHash != null && !specHash.equals(none);
  }

  /** The container that waits, stopped, for its successor to become healthy. */
  public Optional<String> previousContainerId() {
    return Optional.ofNullable(previousContainerId);
  }

  /** The node that has the app, or data of it; empty if none has. */
  public Optional<String> home() {
    return Optional.ofNullable(node)
        .filter(known -> state != DeploymentState.STOPPED || volume != null);
  }

  /** The node that has the app, or data of it, if that is another one than the given. */
  public Optional<String> homeBut(String here) {
    return home().filter(known -> !known.equals(here));
  }

  /** Whether it counts on that container, as its own or as the one to go back to. */
  public boolean recorded(String id) {
    return id.equals(containerId) || id.equals(previousContainerId);
  }

  /** By which settings it was asked last whether it is well; empty if that was not recorded. */
  public Optional<String> healthHash() {
    return Optional.ofNullable(healthHash);
  }

  /** The settings that did not work when they were tried last. */
  public Optional<String> rejectedSpecHash() {
    return Optional.ofNullable(rejectedSpecHash);
  }

  /** The settings that a try came to nothing with, and that are tried again. */
  public Optional<String> triedSpecHash() {
    return Optional.ofNullable(triedSpecHash);
  }

  /** When what is to follow what runs is tried again, if it waits. */
  public Optional<Instant> updateDueAt() {
    return Optional.ofNullable(updateDueAt);
  }

  /** Whether there is a container that was healthy once, and was not given up since. */
  public boolean hasProvenVersion() {
    return containerId != null && proven;
  }

  /** Whether the container was healthy once: what then befalls it is answered by restarts. */
  public boolean proven() {
    return proven;
  }

  /** The lowest generation that will do; 0 if any. */
  public int wantedGeneration() {
    return wantedGeneration;
  }

  /** Whether it is to be started again because of a failure, and that was not counted yet. */
  public boolean restartOwed() {
    return restartOwed;
  }

  /** Start of the container's run that was to be ended, or whose end was answered, by a restart. */
  public Optional<Instant> restartedRun() {
    return Optional.ofNullable(restartedRun);
  }

  /** The data volume that it has on its node. */
  public Optional<String> volume() {
    return Optional.ofNullable(volume);
  }

  public int generation() {
    return generation;
  }

  public int restarts() {
    return restarts;
  }

  public Optional<Instant> startedAt() {
    return Optional.ofNullable(startedAt);
  }

  /** When the orchestrator wrote the row last. */
  public Instant updatedAt() {
    return updatedAt;
  }

  public Optional<Instant> healthySince() {
    return Optional.ofNullable(healthySince);
  }
}
