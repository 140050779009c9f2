package io.appserver.orchestrator.rest.access;

import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.io.Serial;
import java.io.Serializable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a session knows: whose it is, and that it ended, by logging out or by time. */
final class Visit implements Admission, HttpSessionBindingListener, Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private final Caller caller;
  private final transient @Nullable Consumer<Visit> afterwards;
  private volatile boolean over;

  /**
   * @param afterwards told that it is over
   */
  Visit(Caller caller, Consumer<Visit> afterwards) {
    this.caller = caller;
    this.afterwards = afterwards;
  }

  Caller visitor() {
    return caller;
  }

  @Override
  public boolean holds() {
    return !over;
  }

  @Override
  public void valueUnbound(HttpSessionBindingEvent event) {
    over = true;
    if (afterwards != null) {
      afterwards.accept(this);
    }
  }
}
