package io.appserver.orchestrator.rest.access;

import io.appserver.orchestrator.configuration.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is: by a session that was begun with a password, by the password itself, or by a
 * token of the issuer that the operator named.
 */
@ApplicationScoped
public class Login implements HttpAuthenticationMechanism {

  private static final Logger LOG = Logger.getLogger(Login.class.getName());

  /** As {@code api.js} sends it. */
  private static final String CONSOLE_HEADER = "X-Orchestrator-Console";

  private static final String CONSOLE_QUERY = "by=console";

  /** Seconds in which several turns pass. */
  public static final String RETRY_AFTER = "2";

  private final LoginThrottle throttle = new LoginThrottle(System::nanoTime);
  private final Visits visits = new Visits();
  private final @Nullable Accounts accounts;
  private final @Nullable TokenVerifier verifier;
  private final boolean open;

  /** For the proxy. */
  protected Login() {
    this.accounts = null;
    this.verifier = null;
    this.open = false;
  }

  @Inject
  public Login(Accounts accounts, TokenVerifier verifier, Settings settings) {
    this.accounts = accounts;
    this.verifier = verifier;
    this.open = settings.access().isOpen();
  }

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    Optional<TokenVerifier.Finding> token = token(request);
    if (token.isPresent()) {
      return byToken(token.get(), request, response, context);
    }
    Entry entry = entry(request);
    if (entry instanceof Entry.Granted(Caller visitor, Admission admission)) {
      admission.noteIn(request);
      return context.notifyContainerAboutLogin(visitor.name(), visitor.roles());
    }
    if (!context.isProtected()) {
      return context.doNothing();
    }
    if (!open) {
      Refusals.send(response, Refusals.OFF);
    } else if (entry instanceof Entry.Busy) {
      response.setHeader("Retry-After", RETRY_AFTER);
      Refusals.send(response, Refusals.TOO_MANY_ATTEMPTS);
    } else {
      challenge(request, response);
      Refusals.send(response, Refusals.NOT_LOGGED_IN);
    }
    return AuthenticationStatus.SEND_FAILURE;
  }

  /**
   * A wrong token is refused wherever it is shown, and is no attempt: nobody guesses a signature.
   */
  private static AuthenticationStatus byToken(
      TokenVerifier.Finding token,
      HttpServletRequest request,
      HttpServletResponse response,
      HttpMessageContext context) {
    switch (token) {
      case TokenVerifier.Finding.Known(Caller visitor, Instant until) -> {
        Admission admission = () -> Instant.now().isBefore(until);
        admission.noteIn(request);
        if (!visitor.roles().isEmpty() || !context.isProtected()) {
          return context.notifyContainerAboutLogin(visitor.name(), visitor.roles());
        }
        Refusals.send(response, Refusals.NO_ROLE);
      }
      case TokenVerifier.Finding.Wrong(String reason) -> {
        response.setHeader(
            "WWW-Authenticate",
            "Bearer realm=\"orchestrator\", error=\"invalid_token\", error_description=\"%s\""
                .formatted(reason));
        Refusals.send(response, Refusals.wrongToken(reason));
      }
      case TokenVerifier.Finding.Undecided() -> Refusals.send(response, Refusals.NO_KEYS);
    }
    return AuthenticationStatus.SEND_FAILURE;
  }

  /**
   * Browsers ask by a dialog of their own where they meet the challenge of passwords, and send that
   * password along for good: it is for programs alone.
   */
  private static void challenge(HttpServletRequest request, HttpServletResponse response) {
    String accepted = request.getHeader("Accept");
    boolean byBrowser =
        request.getHeader("Sec-Fetch-Mode") != null // only over HTTPS and on localhost
            || isByConsole(request)
            || (accepted != null && accepted.contains("text/html"));
    response.setHeader(
        "WWW-Authenticate",
        byBrowser
            ? "Session realm=\"orchestrator\""
            : "Basic realm=\"orchestrator\", charset=\"UTF-8\"");
  }

  /** Requests of the console say so: streams, which have no headers of their own, in the query. */
  private static boolean isByConsole(HttpServletRequest request) {
    String query = request.getQueryString();
    return request.getHeader(CONSOLE_HEADER) != null
        || (query != null && List.of(query.split("&")).contains(CONSOLE_QUERY));
  }

  private Optional<TokenVerifier.Finding> token(HttpServletRequest request) {
    return verifier == null
        ? Optional.empty()
        : credentials(request, "Bearer").flatMap(verifier::examine);
  }

  /** What came of an attempt to be let in. */
  private sealed interface Entry {

    record Granted(Caller visitor, Admission admission) implements Entry {}

    /** Nobody said who it is, or it was wrong. */
    record Refused() implements Entry {}

    /** Too many passwords wait to be looked at. */
    record Busy() implements Entry {}
  }

  /** The console's requests count by the session alone: so that who logs out is out. */
  private Entry entry(HttpServletRequest request) {
    if (request.getHeader("Authorization") == null || isByConsole(request)) {
      return visits
          .in(request.getSession(false))
          .<Entry>map(visit -> new Entry.Granted(visit.visitor(), visit))
          .orElseGet(Entry.Refused::new);
    }
    return credentials(request, "Basic")
        .map(encoded -> basic(request, encoded))
        .orElseGet(Entry.Refused::new);
  }

  /** What follows the scheme, which may be written in any case, if it is that one. */
  private static Optional<String> credentials(HttpServletRequest request, String scheme) {
    return Optional.ofNullable(request.getHeader("Authorization"))
        .map(header -> header.split(" ", 2))
        .filter(parts -> parts[0].equalsIgnoreCase(scheme))
        .map(parts -> parts.length == 2 ? parts[1].strip() : "");
  }

  /**
   * In UTF-8, as the challenge says (RFC 7617); the standard's own credential takes ASCII alone.
   */
  private Entry basic(HttpServletRequest request, String encoded) {
    String[] parts;
    try {
      parts = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
    } catch (IllegalArgumentException e) {
      return new Entry.Refused();
    }
    return parts.length == 2
        ? check(request, new UsernamePasswordCredential(parts[0], parts[1]))
        : new Entry.Refused();
  }

  /** Waits for its turn where many were wrong. */
  private Entry check(HttpServletRequest request, UsernamePasswordCredential credential) {
    if (accounts == null) {
      return new Entry.Refused();
    }
    var from =
        new LoginThrottle.From(
            accounts.has(credential.getCaller()) ? credential.getCaller() : "",
            request.getRemoteAddr());
    Optional<Duration> turn = throttle.next(from);
    if (turn.isEmpty() || !waited(from, turn.get())) {
      return new Entry.Busy();
    }
    CredentialValidationResult result = accounts.validate(credential);
    if (result.getStatus() != CredentialValidationResult.Status.VALID) {
      tell(from, throttle.failed(from));
      return new Entry.Refused();
    }
    throttle.succeeded(from);
    return new Entry.Granted(
        new Caller(result.getCallerPrincipal().getName(), Set.copyOf(result.getCallerGroups())),
        Admission.LASTING);
  }

  private boolean waited(LoginThrottle.From from, Duration wait) {
    if (wait.isZero()) {
      return true;
    }
    try {
      Thread.sleep(wait);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      throttle.waited(from);
    }
  }

  /**
   * Each of the first ones, then every hundredth: who tries passwords must not fill the log. A name
   * that is no account's may be a password in the wrong field.
   */
  private static void tell(LoginThrottle.From from, long failures) {
    if (failures <= LoginThrottle.FREE || failures % 100 == 0) {
      LOG.warning(() ->
          "a login from %s failed: %s (failure %d)"
              .formatted(
                  from.address(),
                  from.account().isEmpty()
                      ? "there is no such account"
                      : "wrong password for " + from.account(),
                  failures));
    }
  }

  /** What is said to whoever is to come back. */
  public static final String TOO_MANY = Refusals.TOO_MANY_LOGINS;

  /** What became of a login. */
  public enum Outcome {
    WELCOME,
    WRONG,
    TOO_MANY
  }

  /** Begins a session, under an id that nobody can have known before. */
  public Outcome logIn(HttpServletRequest request, String user, String password) {
    return switch (check(request, new UsernamePasswordCredential(user, password))) {
      case Entry.Busy() -> Outcome.TOO_MANY;
      case Entry.Refused() -> Outcome.WRONG;
      case Entry.Granted(Caller visitor, Admission lasting) -> {
        logOut(request);
        visits.begin(request.getSession(true), visitor);
        yield Outcome.WELCOME;
      }
    };
  }

  /** Ends the session, if there is one. */
  public void logOut(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
