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
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is: by a session that was begun with a password, by the password itself, or by a
 * token of the issuer that the operator named.
 */
@ApplicationScoped
public class Login implements HttpAuthenticationMechanism {

  private static final String VISITOR = Login.class.getName() + ".visitor";

  private final Attempts attempts = new Attempts(System::nanoTime);
  private final @Nullable Accounts accounts;
  private final @Nullable Tokens tokens;
  private final boolean open;

  /** For the proxy. */
  protected Login() {
    this.accounts = null;
    this.tokens = null;
    this.open = false;
  }

  @Inject
  public Login(Accounts accounts, Tokens tokens, Settings settings) {
    this.accounts = accounts;
    this.tokens = tokens;
    this.open = settings.access().isOpen();
  }

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    Optional<Tokens.Finding> token = token(request);
    if (token.isPresent()) {
      return byToken(token.get(), response, context);
    }
    Optional<Visitor> visitor = visitor(request);
    if (visitor.isPresent()) {
      return context.notifyContainerAboutLogin(visitor.get().name(), visitor.get().roles());
    }
    if (!context.isProtected()) {
      return context.doNothing();
    }
    if (!open) {
      Refusals.send(response, Refusals.OFF);
    } else if (attempts.exhausted(request.getRemoteAddr())) {
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
      Tokens.Finding token, HttpServletResponse response, HttpMessageContext context) {
    switch (token) {
      case Tokens.Finding.Known(Visitor visitor) -> {
        if (!visitor.roles().isEmpty() || !context.isProtected()) {
          return context.notifyContainerAboutLogin(visitor.name(), visitor.roles());
        }
        Refusals.send(response, Refusals.NO_ROLE);
      }
      case Tokens.Finding.Wrong(String reason) -> {
        response.setHeader(
            "WWW-Authenticate",
            "Bearer realm=\"orchestrator\", error=\"invalid_token\", error_description=\"%s\""
                .formatted(reason));
        Refusals.send(response, Refusals.wrongToken(reason));
      }
      case Tokens.Finding.Undecided() -> Refusals.send(response, Refusals.NO_KEYS);
    }
    return AuthenticationStatus.SEND_FAILURE;
  }

  /** A page that asks by itself shows a form of its own; a browser's would get in its way. */
  private static void challenge(HttpServletRequest request, HttpServletResponse response) {
    boolean byPage = request.getHeader("Sec-Fetch-Mode") != null;
    response.setHeader(
        "WWW-Authenticate",
        byPage
            ? "Session realm=\"orchestrator\""
            : "Basic realm=\"orchestrator\", charset=\"UTF-8\"");
  }

  private Optional<Tokens.Finding> token(HttpServletRequest request) {
    return tokens == null
        ? Optional.empty()
        : credentials(request, "Bearer").flatMap(tokens::examine);
  }

  private Optional<Visitor> visitor(HttpServletRequest request) {
    if (request.getHeader("Authorization") == null) {
      HttpSession session = request.getSession(false);
      return Optional.ofNullable(session).map(s -> (Visitor) s.getAttribute(VISITOR));
    }
    return credentials(request, "Basic").flatMap(encoded -> basic(request, encoded));
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
  private Optional<Visitor> basic(HttpServletRequest request, String encoded) {
    String[] parts;
    try {
      parts = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8).split(":", 2);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return parts.length == 2
        ? check(request, new UsernamePasswordCredential(parts[0], parts[1]))
        : Optional.empty();
  }

  private Optional<Visitor> check(
      HttpServletRequest request, UsernamePasswordCredential credential) {
    if (accounts == null || attempts.exhausted(request.getRemoteAddr())) {
      return Optional.empty();
    }
    CredentialValidationResult result = accounts.validate(credential);
    if (result.getStatus() != CredentialValidationResult.Status.VALID) {
      attempts.failed(request.getRemoteAddr());
      return Optional.empty();
    }
    return Optional.of(
        new Visitor(result.getCallerPrincipal().getName(), Set.copyOf(result.getCallerGroups())));
  }

  /** What became of a login. */
  public enum Outcome {
    WELCOME,
    WRONG,
    TOO_MANY
  }

  /** Begins a session, under an id that nobody can have known before. */
  public Outcome logIn(HttpServletRequest request, String user, String password) {
    if (attempts.exhausted(request.getRemoteAddr())) {
      return Outcome.TOO_MANY;
    }
    Optional<Visitor> visitor = check(request, new UsernamePasswordCredential(user, password));
    if (visitor.isEmpty()) {
      return Outcome.WRONG;
    }
    HttpSession before = request.getSession(false);
    if (before != null) {
      before.invalidate();
    }
    request.getSession(true).setAttribute(VISITOR, visitor.get());
    return Outcome.WELCOME;
  }

  /** Ends the session, if there is one. */
  public void logOut(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
