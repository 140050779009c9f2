package io.appserver.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What only the server can show: its configuration, injection, transactions and fault tolerance
 * around our beans.
 */
@ExtendWith(ArquillianExtension.class)
class ServerIT {

  @Inject Config config;
  @Inject Settings settings;
  @Inject RuntimeView view;
  @Inject RuntimeControl control;
  @Inject Transactions transactions;
  @Resource TransactionSynchronizationRegistry registry;

  @Deployment
  static WebArchive war() throws ReflectiveOperationException {
    File assertj =
        new File(Assertions.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    File byteBuddy =
        new File(
            Class.forName("net.bytebuddy.ByteBuddy")
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
    return ShrinkWrap.createFromZipFile(
            WebArchive.class, new File(System.getProperty("orchestrator.war")))
        .addClass(ServerIT.class)
        .addAsLibraries(assertj, byteBuddy);
  }

  @Test
  void operatorsTimeoutsReachFaultTolerance() {
    String adapter = "io.appserver.orchestrator.runtime.call.InterceptedCalls/";
    assertThat(settings.timeouts().pull()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.getValue(adapter + "pull/Timeout/value", Long.class)).isEqualTo(3000);
    assertThat(config.getValue(adapter + "pull/Retry/maxDuration", Long.class)).isEqualTo(3000);
    // the operator's time, and three minutes for what a start needs besides on a slow engine
    assertThat(config.getValue(adapter + "start/Timeout/value", Long.class)).isEqualTo(187_000);
  }

  @Test
  void pullFromARegistryThatHangsEndsWithTheOperatorsTimeout() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var reference = new ImageReference("127.0.0.1:" + silent.getLocalPort(), "todos", "latest");
      Instant began = Instant.now();
      Throwable thrown = catchThrowable(() -> control.pull(reference, new Cancellation()));
      Duration took = Duration.between(began, Instant.now());

      // The engine would give up by itself, later and as registry_unreachable.
      if (thrown instanceof DeploymentException failure) {
        assertThat(failure.code()).isEqualTo(FailureCode.PULL_TIMEOUT);
        assertThat(failure).hasMessageContaining("APPSERVER_DOCKER_PULL_TIMEOUT");
      } else {
        assertThat(thrown).isInstanceOf(TimeoutException.class);
      }
      // The adapter ends it a twentieth before the limit, in words of its own.
      assertThat(took).isGreaterThan(Duration.ofMillis(2500));
    }
  }

  @Test
  void engineAnswersThroughTheInjectedAdapter() {
    assertThat(view.engine().apiVersion()).matches("1\\.\\d+");
  }

  @Test
  void actionsAfterCommitRunOnlyAfterIt() {
    var ran = new AtomicInteger();
    int status =
        transactions.required(() -> {
          transactions.afterCommit(ran::incrementAndGet);
          assertThat(ran).hasValue(0);
          return registry.getTransactionStatus();
        });

    assertThat(status).isEqualTo(Status.STATUS_ACTIVE);
    assertThat(ran).hasValue(1);

    assertThatThrownBy(() ->
            transactions.required(() -> {
              transactions.afterCommit(ran::incrementAndGet);
              throw new IllegalStateException("rolled back");
            }))
        .hasRootCauseMessage("rolled back");
    assertThat(ran).hasValue(1);
  }
}
