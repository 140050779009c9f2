package io.appserver.orchestrator.rest.access;

import io.appserver.orchestrator.configuration.Settings;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.logging.Logger;

/**
 * Stands before every page and every request of the API: says to the browser what it may do with
 * the answer, and refuses what no page of this application asks for.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true, dispatcherTypes = DispatcherType.REQUEST)
public class SecurityHeadersFilter extends HttpFilter {

  private static final long serialVersionUID = 1L;

  private static final Logger LOG = Logger.getLogger(SecurityHeadersFilter.class.getName());

  /** Of what is no page. */
  private static final String POLICY = policy("'none'");

  /** Bytes. The largest that anybody has to say is a name, a password or a reason. */
  private static final long LARGEST_BODY = 64 * 1024;

  /**
   * Requests at the same time, of each kind. With the passwords that wait (32) they are fewer than
   * the server's threads (coreThreads in server.xml): the health endpoints, which do not come by
   * here, always find one.
   */
  private static final int MOST = 64;

  /** Bodies that are being read: half of a stranger's places, the others are for pages. */
  private static final int MOST_BODIES = MOST / 2;

  /** Seconds: less than a slow one takes. */
  private static final String RETRY_AFTER = "3";

  private final transient Places ofStrangers = new Places(MOST, MOST_BODIES);
  private final transient Places ofKnown = new Places(MOST, MOST);

  /** What is under way at the same time. */
  private record Places(Semaphore requests, Semaphore bodies) {
    Places(int requests, int bodies) {
      this(new Semaphore(requests), new Semaphore(bodies));
    }
  }

  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  private final transient Settings.Access access;

  @Inject
  public SecurityHeadersFilter(Settings settings) {
    this.access = settings.access();
  }

  /**
   * A Content-Security-Policy: nothing from elsewhere, and no style inside a page.
   *
   * @param scripts that may run
   */
  public static String policy(String scripts) {
    return "default-src 'none'; script-src "
        + scripts
        + "; style-src 'self'; img-src 'self' data:; connect-src 'self';"
        + " font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  }

  /** Says once whether anybody may come in. */
  @Singleton
  static class Greeting {
    /** After the gate, which refuses wrong settings. */
    void say(
        @Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) Startup event, Settings settings) {
      LOG.info(
          settings.access().isOpen()
              ? "the console is at / and the API at /api/v1"
              : "the console and the API are off: set APPSERVER_ADMIN_USER and APPSERVER_ADMIN_PASSWORD to switch them on");
    }
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String path =
        request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    response.setHeader("Cache-Control", caching(path));
    if (!access.isOpen()) {
      Refusals.send(response, Refusals.OFF);
    } else if (!SAFE.contains(request.getMethod()) && isCrossSite(request)) {
      Refusals.send(response, Refusals.CROSS_SITE);
    } else if (request.getContentLengthLong() > LARGEST_BODY) {
      Refusals.send(response, Refusals.TOO_LARGE);
    } else if (hasBodyWithoutLength(request)) {
      Refusals.send(response, Refusals.NO_LENGTH);
    } else {
      letIn(request, response, chain);
    }
  }

  /** Each keeps a thread, and slow ones keep it long: strangers must not take those of others. */
  private void letIn(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Places places = request.getUserPrincipal() == null ? ofStrangers : ofKnown;
    if (!places.requests().tryAcquire()) {
      refuseForNow(response);
      return;
    }
    try {
      if (request.getContentLengthLong() <= 0) {
        chain.doFilter(request, response);
      } else if (places.bodies().tryAcquire()) {
        chain.doFilter(whole(request, places.bodies()), response);
      } else {
        refuseForNow(response);
      }
    } catch (Bodies.SlowException e) {
      response.setHeader("Connection", "close");
      Refusals.send(response, Refusals.SLOW);
    } finally {
      places.requests().release();
    }
  }

  private static HttpServletRequest whole(HttpServletRequest request, Semaphore place)
      throws IOException {
    try {
      return Bodies.whole(request);
    } finally {
      place.release();
    }
  }

  private static void refuseForNow(HttpServletResponse response) {
    response.setHeader("Retry-After", RETRY_AFTER);
    response.setHeader("Connection", "close");
    Refusals.send(response, Refusals.FULL);
  }

  /** Nobody has logged in yet: what has no end is not read. */
  private static boolean hasBodyWithoutLength(HttpServletRequest request) {
    return request.getContentLengthLong() < 0
        && (request.getHeader("Transfer-Encoding") != null || request.getContentType() != null);
  }

  /**
   * Pages are asked for anew each time, and answered by "not modified" where they are the same.
   * What has its version in its address is kept.
   */
  private static String caching(String path) {
    if (path.startsWith("/webjars/")) {
      return "public, max-age=31536000, immutable";
    }
    return path.startsWith("/api/") ? "no-store" : "no-cache";
  }

  /**
   * Browsers say where a request comes from, and programs say nothing: a cookie or a remembered
   * password that another site's page makes use of is so told from our own page's.
   */
  static boolean isCrossSite(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    if (site != null) {
      return !(site.equals("same-origin") || site.equals("none"));
    }
    String origin = request.getHeader("Origin");
    if (origin == null) {
      return false;
    }
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority == null || !authority.equalsIgnoreCase(request.getHeader("Host"));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }
}
