package io.appserver.orchestrator.runtime;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at the moment at which a changing request is sent, as its caller has it. Between
 * the call of the port and its request may lie questions, a ping and the wait for a connection, and
 * on a slow engine each of them takes long: so the adapter asks once more, right before it sends.
 */
public final class SendGuard {

  @SuppressWarnings(
      "ThreadLocalUsage") // a call of the port stays in its thread, interceptors included
  private static final ThreadLocal<@Nullable Runnable> CURRENT = new ThreadLocal<>();

  private SendGuard() {}

  /**
   * Makes a call of the port under that condition.
   *
   * @param requirement throws if nothing may be asked of the engine any more
   */
  public static <T> T under(Runnable requirement, Supplier<T> call) {
    CURRENT.set(requirement);
    try {
      return call.get();
    } finally {
      CURRENT.remove();
    }
  }

  /**
   * For adapters, right before each changing request: throws what the caller's condition throws.
   */
  public static void pass() {
    Runnable requirement = CURRENT.get();
    if (requirement != null) {
      requirement.run();
    }
  }
}
