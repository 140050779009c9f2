package io.appserver.orchestrator.failure;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an exception was caused by, from the outside to the root. */
public final class Causes {

  /** Nobody wraps more often than that, and a chain that bites its own tail ends here. */
  private static final int DEEPEST = 20;

  private Causes() {}

  /** The exception itself, its cause, and so on; empty for none. */
  public static Stream<Throwable> of(@Nullable Throwable thrown) {
    return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause).limit(DEEPEST);
  }

  /** The outermost that is of that kind. */
  public static <T extends Throwable> Optional<T> find(@Nullable Throwable thrown, Class<T> kind) {
    return of(thrown).filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** The innermost. */
  public static Throwable root(Throwable thrown) {
    return of(thrown).reduce(thrown, (outer, inner) -> inner);
  }
}
