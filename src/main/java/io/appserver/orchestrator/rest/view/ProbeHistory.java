package io.appserver.orchestrator.rest.view;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.convergence.record.ConvergenceObserver;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What this instance's last probes of each app found. */
@Singleton
public class ProbeHistory implements ConvergenceObserver {

  /** Of an app: an hour, at the usual interval of 30 s. */
  static final int MOST = 120;

  /** The app whose probes began longest ago is forgotten for a new one. */
  static final int MOST_APPS = 2000;

  private final Map<AppName, Deque<Probe>> probes =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<AppName, Deque<Probe>> eldest) {
          return size() > MOST_APPS;
        }
      };

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** What a probe found. */
  public record Probe(Instant at, boolean healthy) {}

  /** Is told of each probe. Must be quick and must not throw. */
  public interface Listener {
    void probed(AppName app, Probe probe);
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  @Override
  public void probed(AppName app, boolean healthy) {
    var probe = new Probe(Instant.now(), healthy);
    synchronized (this) {
      Deque<Probe> last = probes.computeIfAbsent(app, name -> new ArrayDeque<>());
      last.addLast(probe);
      if (last.size() > MOST) {
        last.removeFirst();
      }
    }
    listeners.forEach(listener -> listener.probed(app, probe));
  }

  /** The oldest first. */
  public synchronized List<Probe> of(AppName app) {
    return List.copyOf(probes.getOrDefault(app, new ArrayDeque<>()));
  }

  synchronized Optional<Probe> last(AppName app) {
    return Optional.ofNullable(probes.get(app)).map(Deque::peekLast);
  }
}
