package io.appserver.orchestrator.convergence.record;

import io.appserver.orchestrator.app.AppName;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A part of the work on an app that takes its time, with what is known of it so far. */
public final class Stage {

  /** All but the first happen in a look. */
  public enum Kind {
    LOOK,
    PULL,
    CREATE,
    START,
    /** From start to healthy. */
    HEALTH;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static final String IMAGE = "image";
  public static final String IMAGE_ID = "image.id";
  public static final String CONTAINER_ID = "container.id";
  public static final String CAUSES = "causes";

  private final Kind kind;
  private final AppName app;
  private final Map<String, String> notes = new LinkedHashMap<>();

  public Stage(Kind kind, AppName app) {
    this.kind = kind;
    this.app = app;
  }

  public Kind kind() {
    return kind;
  }

  public AppName app() {
    return app;
  }

  /** Says more of it; returns this one. */
  public Stage note(String key, String value) {
    notes.put(key, value);
    return this;
  }

  public Map<String, String> notes() {
    return Map.copyOf(notes);
  }

  /** Is told, on the step's own thread, that it is over. */
  @FunctionalInterface
  public interface End {

    /** For who does not want to know. */
    End UNWATCHED = thrown -> {};

    /**
     * Called once.
     *
     * @param thrown what broke it off; empty if it came to its end
     */
    void ended(Optional<RuntimeException> thrown);
  }
}
