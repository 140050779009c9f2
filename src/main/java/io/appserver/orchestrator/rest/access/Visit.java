package io.appserver.orchestrator.rest.access;

import jakarta.servlet.http.HttpSessionBindingEvent;
import jakarta.servlet.http.HttpSessionBindingListener;
import java.io.Serial;
import java.io.Serializable;

/** What a session knows: whose it is, and that it ended, by logging out or by time. */
final class Visit implements Admission, HttpSessionBindingListener, Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private final Caller caller;
  private volatile boolean over;

  Visit(Caller caller) {
    this.caller = caller;
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
  }
}
