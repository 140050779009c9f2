package io.appserver.orchestrator.convergence.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.configuration.OperatorSets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedactionTest {

  private static final String KEY =
      "-----BEGIN KEY-----\n  bGluZSBvbmU=\nbGluZSB0d28=\nend\n-----END KEY-----\n";

  private final Redaction redaction =
      new Redaction(
          OperatorSets.settings(
              Map.of(
                  "APPSERVER_DB_PASSWORD", "s3cret-db",
                  "APPSERVER_REDIS_PASSWORD", "s3cret-db-and-more",
                  "APPSERVER_REDIS_PRIVATE_KEY", KEY)));

  @Test
  void hidesSecretsAndPasswordsInAddresses() {
    assertThat(redaction.of("with s3cret-db, or s3cret-db-and-more, at amqp://me:word@host"))
        .isEqualTo("with (hidden), or (hidden), at amqp://me:(hidden)@host");
  }

  @Test
  void hidesEachLineOfASecretThatHasSeveral() {
    assertThat(KEY.lines().map(redaction::of).map(String::strip))
        .containsExactly("(hidden)", "(hidden)", "(hidden)", "end", "(hidden)");
    assertThat(redaction.of("the " + KEY + "!")).isEqualTo("the (hidden)!");
  }
}
