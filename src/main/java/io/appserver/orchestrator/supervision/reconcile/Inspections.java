package io.appserver.orchestrator.supervision.reconcile;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.app.ContainerId;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the engine about single containers, beside the thread that wants to know: an engine
 * that hangs at one app's container keeps nobody from asking for another's. One thread asks, and
 * heeds the answers.
 */
final class Inspections {

  /** So many are asked for at once; the others wait for their turn. */
  static final int MOST = 16;

  private final RuntimeView view;
  private final Executor executor;
  private final Map<AppName, Question> waiting = new LinkedHashMap<>();
  private final Set<AppName> asked = new HashSet<>();
  private final Queue<Runnable> answers = new ConcurrentLinkedQueue<>();

  /**
   * @param executor asks, which may take its time
   */
  Inspections(RuntimeView view, Executor executor) {
    this.view = view;
    this.executor = executor;
  }

  /** What becomes of the answer. */
  interface Listener {

    /** The container; empty if there is none. */
    void found(Optional<ObservedContainer> container);

    /** It could not be asked for; null if there was no thread for it. */
    void failed(@Nullable DeploymentException reason);
  }

  private record Question(ContainerId container, Listener listener) {}

  /** Whether the app's container is being asked for, or is to be. */
  boolean isAsked(AppName app) {
    return asked.contains(app) || waiting.containsKey(app);
  }

  /** Asks for the app's container, once, when {@link #heed} is called next or later. */
  void ask(AppName app, ContainerId container, Listener listener) {
    waiting.put(app, new Question(container, listener));
  }

  /**
   * Hands on what was answered, and asks for what waits.
   *
   * @param later called from any thread: this is to be called again, as there is an answer
   */
  void heed(Runnable later) {
    do {
      for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
        answer.run();
      }
      send(later);
    } while (!answers.isEmpty());
  }

  private void send(Runnable later) {
    Iterator<Map.Entry<AppName, Question>> next = waiting.entrySet().iterator();
    while (asked.size() < MOST && next.hasNext()) {
      Map.Entry<AppName, Question> question = next.next();
      next.remove();
      send(question.getKey(), question.getValue(), later);
    }
  }

  private void send(AppName app, Question question, Runnable later) {
    asked.add(app);
    try {
      executor.execute(() -> {
        Runnable answer = () -> question.listener().failed(null);
        try {
          Optional<ObservedContainer> found = view.inspect(question.container());
          answer = () -> question.listener().found(found);
        } catch (DeploymentException e) {
          answer = () -> question.listener().failed(e);
        } finally {
          answered(app, answer);
          later.run();
        }
      });
    } catch (RejectedExecutionException e) {
      answered(app, () -> question.listener().failed(null));
    }
  }

  private void answered(AppName app, Runnable answer) {
    answers.add(() -> {
      asked.remove(app);
      answer.run();
    });
  }
}
