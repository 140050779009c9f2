package io.appserver.orchestrator.rest.access;

import jakarta.servlet.http.HttpSession;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The sessions there are: so many at most. Where one more begins, the one ends that was not used
 * for longest, so that a program that logs in and never out keeps nobody out.
 */
final class Visits {

  static final int MOST = 500;

  private static final Logger LOG = Logger.getLogger(Visits.class.getName());

  private static final String VISITOR = Login.class.getName() + ".visitor";

  /** The one that was not used for longest comes first. */
  private final Map<Visit, HttpSession> open = new LinkedHashMap<>(16, 0.75f, true);

  private boolean told;

  /** Begins one in that new session of the server's. */
  void begin(HttpSession session, Caller caller) {
    var visit = new Visit(caller, this::over);
    HttpSession tooMany;
    synchronized (this) { // which is not held while the server is called
      tooMany = open.size() < MOST ? null : removeFirst();
      open.put(visit, session);
    }
    session.setAttribute(VISITOR, visit);
    if (tooMany != null) {
      end(tooMany);
    }
  }

  /** Whose session it is, which counts as a use of it. */
  Optional<Visit> in(@Nullable HttpSession session) {
    if (session != null && session.getAttribute(VISITOR) instanceof Visit visit) {
      synchronized (this) {
        open.get(visit);
      }
      return Optional.of(visit);
    }
    return Optional.empty();
  }

  private HttpSession removeFirst() {
    if (!told) {
      told = true;
      LOG.warning(() ->
          "there are %d sessions; each new login ends the one that was not used for longest. Programs should send their password or a token with each request"
              .formatted(MOST));
    }
    Iterator<HttpSession> sessions = open.values().iterator();
    HttpSession first = sessions.next();
    sessions.remove();
    return first;
  }

  private static void end(HttpSession session) {
    try {
      session.invalidate();
    } catch (IllegalStateException e) {
      LOG.fine(() -> "it has ended by itself: " + e.getMessage());
    }
  }

  private synchronized void over(Visit visit) {
    open.remove(visit);
    told = told && open.size() >= MOST - 1;
  }
}
