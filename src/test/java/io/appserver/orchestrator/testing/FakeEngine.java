package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.ContainerName;
import io.appserver.orchestrator.runtime.EngineEvent;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.VolumeMount;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An engine in memory, with a registry and apps behind it, that can be told to misbehave. Where it
 * is not, it keeps the port's contract. Thread-safe.
 */
public class FakeEngine extends FakeRuntime implements HealthProbe {

  private final Map<String, HealthCheck> checks = new ConcurrentHashMap<>();

  /** How the container of that name was asked last whether it is well. */
  public Optional<HealthCheck> lastCheck(String container) {
    return Optional.ofNullable(checks.get(container));
  }

  /** How a changing call goes wrong. */
  public enum Fault {
    /** It takes effect, and the answer is lost. */
    DONE_UNANSWERED,
    /** The answer is lost; it takes effect when it is delivered late. */
    DONE_LATE,
    /** It takes effect and is answered, and takes effect again when it is delivered late. */
    DONE_TWICE,
    /** It never takes effect, and the answer is lost. */
    LOST,
    /** It is refused. */
    REFUSED
  }

  public FakeEngine() {
    this(InstantSource.system());
  }

  /**
   * @param clock tells when containers are started
   */
  public FakeEngine(InstantSource clock) {
    super(clock);
  }

  /** Puts the image of a well-behaved app into the registry. */
  public void offer(String reference) {
    offer(reference, FakeApp.of(FakeApp.Manner.WELL));
  }

  public void offer(String reference, FakeApp app) {
    registry.offer(reference, app);
  }

  /** Takes the image out of the registry. */
  public void withdraw(String reference) {
    registry.withdraw(reference);
  }

  /** The next pulls of that reference fail so; null heals it. */
  public void failPull(String reference, @Nullable FailureCode code) {
    registry.fail(reference, code);
  }

  /** Pulls of that reference wait until the latch is down. */
  public void holdPull(String reference, CountDownLatch gate) {
    registry.hold(reference, gate);
  }

  /** Whether pulls of that reference wait. */
  public boolean holdsPull(String reference) {
    return registry.holds(reference);
  }

  /** Calls of that verb for the container of that name wait until the latch is down. */
  public void holdCalls(String verb, String container, CountDownLatch gate) {
    holds.hold(verb, container, gate);
  }

  /** The calls that wait so now, as {@code verb container}. */
  public Set<String> heldCalls() {
    return holds.held();
  }

  /** Pulls wait until the latch is down. */
  public void holdPulls(CountDownLatch gate) {
    registry.hold(gate);
  }

  /**
   * The next call of that verb goes wrong, once.
   *
   * @param verb {@code create start terminate kill remove rename}, {@code ensure network}, {@code
   *     ensure volume}, {@code remove volume}
   */
  public synchronized void fault(String verb, Fault fault) {
    faults.next(verb, fault);
  }

  /** Calls go well from now on. */
  public synchronized void healCalls() {
    faults.heal();
  }

  /** How each call goes wrong from now on, by its verb; empty if it goes well. */
  public synchronized void faults(Function<String, Optional<Fault>> choice) {
    faults.choose(choice);
  }

  /** How many calls are still to take effect late. */
  public synchronized int late() {
    return faults.late();
  }

  /** One of them takes effect, 0 being the oldest. */
  public synchronized void deliverLate(int which) {
    faults.deliver(which);
  }

  /** All of them take effect, in their order. */
  public synchronized void deliverLate() {
    while (late() > 0) {
      deliverLate(0);
    }
  }

  /**
   * Whether the engine answers at all. While it does not, no call begins anything; event streams
   * stay, silent or not, until {@link #breakEvents}.
   */
  public synchronized void answer(boolean answering) {
    answers = answering;
  }

  /** Ends every event stream, as an engine does that goes. */
  public void breakEvents() {
    events.end();
  }

  /** How often somebody began to follow its events. */
  public int followed() {
    return events.followed();
  }

  /** Tells of each event at once, in the thread that brings it about; must be quick. */
  public void witness(Consumer<EngineEvent> witness) {
    events.witness(witness);
  }

  /** Containers of the app answer no probe. */
  public synchronized void sicken(String app) {
    sick.add(app);
  }

  public synchronized void heal(String app) {
    sick.remove(app);
    host.exits.remove(app);
  }

  /** Containers of the app end with that code as soon as they start. */
  public synchronized void exitAtStart(String app, int code) {
    host.exits.put(app, code);
  }

  /** The engine answers each start of the app's containers with that failure; null heals it. */
  public synchronized void refuseStart(String app, @Nullable FailureCode code) {
    if (code == null) {
      host.refusals.remove(app);
    } else {
      host.refusals.put(app, code);
    }
  }

  /** What the log of every app that says nothing itself ends with from now on. */
  public synchronized void say(String line) {
    lastLine = line;
  }

  /** A container that is not ours, and runs; with anonymous volumes at those paths. */
  public synchronized ContainerId foreign(String name, String... paths) {
    return host.createForeign(new ContainerName(name), Map.of(), paths);
  }

  /** Pauses a container from outside; nothing happens if it does not run. */
  public synchronized void pause(ContainerId id) {
    host.container(id).ifPresent(FakeContainer::pause);
  }

  /** Begins to remove a container from outside, and does not come to the end of it. */
  public synchronized void beginRemoval(ContainerId id) {
    host.container(id).ifPresent(FakeContainer::dieOnRemoval);
  }

  /** Takes a container out of its network from outside. */
  public synchronized void disconnect(ContainerId id) {
    host.container(id).ifPresent(FakeContainer::disconnect);
  }

  /** Removes the network of that name, and perhaps makes another one of it. */
  public synchronized void removeNetwork(String name, boolean again) {
    host.networks.remove(name);
    if (again) {
      host.makeNetwork(name);
    }
  }

  /** A container that somebody made with copies of those labels, and runs. */
  public synchronized ContainerId foreign(String name, Map<String, String> labels) {
    return host.createForeign(new ContainerName(name), labels);
  }

  /** Ends a container from outside; nothing happens if it does not run. */
  public synchronized void exit(ContainerId id, int code) {
    host.container(id).ifPresent(container -> container.exit(code));
  }

  /** The engine tells that its own check of the container fails. */
  public synchronized void tellUnhealthy(ContainerId id) {
    host.container(id).ifPresent(FakeContainer::tellUnhealthy);
  }

  /** A container takes more memory than it may; nothing happens if it does not run. */
  public synchronized void killForMemory(ContainerId id) {
    host.container(id).ifPresent(FakeContainer::runOutOfMemory);
  }

  /** Takes a container away from outside; nothing happens if it is gone. */
  public synchronized void vanish(ContainerId id) {
    host.vanish(id);
  }

  /**
   * Every changing call of a container that took effect, and every pull, as {@code verb target}.
   */
  public synchronized List<String> calls() {
    return List.copyOf(host.calls);
  }

  /** Name and status of every container, in the order they were made. */
  public synchronized List<String> standing() {
    return find(container -> true).stream()
        .map(container -> container.name() + " " + container.status())
        .toList();
  }

  /** All containers, whether it answers or not. */
  public synchronized List<ObservedContainer> containers() {
    return find(container -> true);
  }

  public synchronized List<ContainerId> ids() {
    return List.copyOf(host.containers.keySet());
  }

  /** The names of the volumes that a container has; none if it is gone. */
  public synchronized List<String> volumesOf(ContainerId id) {
    return find(container -> container.id().equals(id)).stream()
        .flatMap(container -> container.volumes().stream())
        .map(VolumeMount::volume)
        .toList();
  }

  public synchronized Set<String> volumes() {
    return Set.copyOf(host.volumes.keySet());
  }

  public synchronized Set<String> networks() {
    return Set.copyOf(host.networks);
  }

  @Override
  public Result probe(ObservedContainer container, HealthCheck check, Duration timeout) {
    checks.put(container.name().value(), check);
    boolean well = check instanceof HealthCheck.None || well(container);
    return new Result(well, well ? "answered 200" : "answered 503");
  }
}
