package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.runtime.CancelledException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;

/**
 * Changing calls of a {@link FakeEngine}, and questions about one container by its id and those of
 * one app by its name, that take as long as they are told to.
 */
final class FakeHolds {

  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private final Set<String> held = new ConcurrentSkipListSet<>();

  /** Calls of that verb for the container of that name wait until the latch is down. */
  void hold(String verb, String container, CountDownLatch gate) {
    gates.put(verb + " " + container, gate);
  }

  /** Those that wait now, as {@code verb container}. */
  Set<String> held() {
    return new TreeSet<>(held);
  }

  void await(String verb, String container) {
    String call = verb + " " + container;
    CountDownLatch gate = gates.get(call);
    if (gate != null) {
      held.add(call);
      try {
        gate.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancelledException("interrupted");
      } finally {
        held.remove(call);
      }
    }
  }
}
