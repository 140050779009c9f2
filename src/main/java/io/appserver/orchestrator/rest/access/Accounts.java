package io.appserver.orchestrator.rest.access;

import io.appserver.orchestrator.configuration.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.security.enterprise.credential.Credential;
import jakarta.security.enterprise.credential.UsernamePasswordCredential;
import jakarta.security.enterprise.identitystore.CredentialValidationResult;
import jakarta.security.enterprise.identitystore.IdentityStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The two accounts that the operator set: the identity store of this application. */
@Singleton
public class Accounts implements IdentityStore {

  private final Settings.Access access;

  @Inject
  public Accounts(Settings settings) {
    this.access = settings.access();
  }

  @Override
  public CredentialValidationResult validate(Credential credential) {
    if (!(credential instanceof UsernamePasswordCredential given)) {
      return CredentialValidationResult.NOT_VALIDATED_RESULT;
    }
    if (matches(access.operator(), given)) {
      return new CredentialValidationResult(
          given.getCaller(), Set.of(Roles.OPERATOR, Roles.VIEWER));
    }
    if (matches(access.viewer(), given)) {
      return new CredentialValidationResult(given.getCaller(), Set.of(Roles.VIEWER));
    }
    return CredentialValidationResult.INVALID_RESULT;
  }

  /** Whether there is an account of that name. */
  boolean has(String user) {
    return Stream.of(access.operator(), access.viewer())
        .flatMap(Optional::stream)
        .anyMatch(account -> account.user().equals(user));
  }

  /** Takes as long whatever is wrong. */
  private static boolean matches(
      Optional<Settings.Account> account, UsernamePasswordCredential given) {
    if (account.isEmpty()) {
      return false;
    }
    boolean user = same(account.get().user(), given.getCaller());
    boolean password = same(account.get().password().reveal(), given.getPasswordAsString());
    return user && password;
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
