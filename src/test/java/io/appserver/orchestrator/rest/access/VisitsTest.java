package io.appserver.orchestrator.rest.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.testing.LogsKept;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionBindingEvent;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How many sessions there are. */
class VisitsTest {

  private static final Caller ANN = new Caller("ann", Set.of());

  private final Visits visits = new Visits();

  /** A session as the server keeps it. */
  private static HttpSession session() {
    Map<Object, Object> attributes = new HashMap<>();
    return (HttpSession)
        Proxy.newProxyInstance(
            VisitsTest.class.getClassLoader(),
            new Class<?>[] {HttpSession.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAttribute" -> attributes.get(arguments[0]);
                  case "setAttribute" -> attributes.put(arguments[0], arguments[1]);
                  case "invalidate" -> {
                    var event = new HttpSessionBindingEvent((HttpSession) proxy, "visitor");
                    attributes.values().forEach(visit -> ((Visit) visit).valueUnbound(event));
                    attributes.clear();
                    yield null;
                  }
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private HttpSession begin() {
    HttpSession session = session();
    visits.begin(session, ANN);
    return session;
  }

  private void beginAllBut(int few) {
    for (int i = few; i < Visits.MOST; i++) {
      begin();
    }
  }

  @Test
  void oneMoreEndsTheOneThatWasNotUsedForLongest() {
    HttpSession used = begin();
    HttpSession idle = begin();
    Visit visit = visits.in(idle).orElseThrow();
    beginAllBut(2);
    assertThat(visits.in(used)).isPresent();

    HttpSession last;
    try (var logs = new LogsKept(Visits.class.getName())) {
      last = begin();
      begin();
      assertThat(logs.warnings()).singleElement().asString().contains("500 sessions");
    }

    assertThat(visits.in(idle)).isEmpty();
    assertThat(visit.holds()).as("streams that were begun with it end").isFalse();
    assertThat(visits.in(used)).isPresent();
    assertThat(visits.in(last)).isPresent();
  }

  @Test
  void whoLogsOutMakesRoom() {
    HttpSession kept = begin();
    for (int i = 0; i < 2 * Visits.MOST; i++) {
      begin().invalidate();
    }

    assertThat(visits.in(kept)).isPresent();
  }
}
