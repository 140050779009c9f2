package io.appserver.orchestrator;

import static io.appserver.orchestrator.intake.event.EventKind.INSTALLED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.signal.Cause;
import io.appserver.orchestrator.convergence.work.Transactions;
import io.appserver.orchestrator.convergence.work.WorkStore;
import io.appserver.orchestrator.deployment.Deployment;
import io.appserver.orchestrator.deployment.Deployments;
import io.appserver.orchestrator.deployment.History;
import io.appserver.orchestrator.deployment.HistoryEntry;
import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.failure.UnansweredCallException;
import io.appserver.orchestrator.failure.UnreachableException;
import io.appserver.orchestrator.intake.event.AppEvent;
import io.appserver.orchestrator.intake.event.Body;
import io.appserver.orchestrator.intake.event.Message;
import io.appserver.orchestrator.intake.store.IntakeStore;
import io.appserver.orchestrator.intake.store.ReceivedEvent;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.ImageReference;
import io.appserver.orchestrator.runtime.RuntimeControl;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.runtime.call.CallGuard;
import jakarta.annotation.Resource;
import jakarta.ejb.EJBException;
import jakarta.enterprise.concurrent.ManageableThread;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.Config;
import org.junit.jupiter.api.Test;

/**
 * What only the server can show: its configuration, injection, threads, transactions and fault
 * tolerance around our beans. One class, as each is one more start of the application.
 */
class ServerIT extends InServer {

  private static final String NODE = "in-the-server";
  private static final ImageReference IMAGE = new ImageReference("nowhere", "todos", "latest");

  @Inject Config config;
  @Inject Settings settings;
  @Inject RuntimeView view;
  @Inject RuntimeControl control;
  @Inject CallGuard guard;
  @Inject Transactions transactions;
  @Inject Deployments deployments;
  @Inject History history;
  @Inject WorkStore work;
  @Inject IntakeStore intake;
  @Inject ExecutorService workers;
  @Inject ScheduledExecutorService scheduler;
  @Resource TransactionSynchronizationRegistry registry;

  @Test
  void operatorsSettingsReachTheBeansAndFaultTolerance() {
    String calls = "io.appserver.orchestrator.runtime.call.InterceptedCalls/";
    assertThat(settings.database().schema()).isEqualTo(schema());
    assertThat(settings.timeouts().pull()).isEqualTo(Duration.ofSeconds(3));
    assertThat(config.getValue(calls + "pull/Timeout/value", Long.class)).isEqualTo(3000);
    assertThat(config.getValue(calls + "pull/Retry/maxDuration", Long.class)).isEqualTo(3000);
    // the operator's time, and three minutes for what a start needs besides on a slow engine
    assertThat(config.getValue(calls + "start/Timeout/value", Long.class)).isEqualTo(187_000);
  }

  @Test
  void engineAnswersThroughTheInjectedAdapter() {
    assertThat(view.engine().apiVersion()).matches("1\\.\\d+");
  }

  @Test
  void pullFromARegistryThatHangsEndsWithTheOperatorsTimeout() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var reference = new ImageReference("127.0.0.1:" + silent.getLocalPort(), "todos", "latest");
      Instant began = Instant.now();
      // The engine would give up by itself, later and as registry_unreachable.
      assertThatExceptionOfType(DeploymentException.class)
          .isThrownBy(() -> control.pull(reference, new Cancellation()))
          .withMessageContaining("APPSERVER_DOCKER_PULL_TIMEOUT")
          .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.PULL_TIMEOUT));
      // The adapter ends it a twentieth before the limit, in words of its own.
      assertThat(Duration.between(began, Instant.now())).isGreaterThan(Duration.ofMillis(2500));
    }
  }

  /** What an adapter cannot end by itself; its limit is the operator's. */
  @Test
  void pullWithoutAnEndIsEndedByTheInterceptorInWordsOfThePort() {
    var interrupted = new AtomicBoolean();
    assertThatExceptionOfType(DeploymentException.class)
        .isThrownBy(() -> guard.pull(IMAGE, () -> hang(interrupted)))
        .satisfies(failure -> assertThat(failure.code()).isEqualTo(FailureCode.PULL_TIMEOUT));
    assertThat(interrupted).isTrue();
  }

  /** Its limit is 1 s here. */
  @Test
  void stopWithoutAnEndIsEndedByTheInterceptorAndMayTakeEffect() {
    var interrupted = new AtomicBoolean();
    assertThatExceptionOfType(UnansweredCallException.class)
        .isThrownBy(() -> guard.stop("stop container 1f2e", () -> hang(interrupted)))
        .withMessageContaining("stop container 1f2e");
    assertThat(interrupted).isTrue();
  }

  private static boolean hang(AtomicBoolean interrupted) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.set(true);
    }
    return true;
  }

  @Test
  void startIsTriedAgainOnlyWhereNothingWasBegun() {
    var calls = new AtomicInteger();
    Failure away = Failure.of(FailureCode.RUNTIME_UNAVAILABLE, "away");
    guard.start(
        "start container 1f2e",
        () -> {
          if (calls.incrementAndGet() == 1) {
            throw new UnreachableException(away, null);
          }
        });
    assertThat(calls).hasValue(2);

    assertThatExceptionOfType(UnansweredCallException.class)
        .isThrownBy(() ->
            guard.start(
                "start container 1f2e",
                () -> {
                  calls.incrementAndGet();
                  throw new UnansweredCallException(away, null);
                }));
    assertThat(calls).as("no second time").hasValue(3);
  }

  @Test
  void rowAndHistoryAreThereTogetherOrNotAtAll() {
    AppId kept = new AppId(UUID.randomUUID());
    transactions.required(() -> write(kept, "kept"));
    assertThat(deployments.find(kept)).isPresent();
    assertThat(history.of(new AppName("kept"), Optional.empty(), 9)).hasSize(1);

    AppId undone = new AppId(UUID.randomUUID());
    assertThatThrownBy(() ->
            transactions.required(() -> {
              write(undone, "undone");
              throw new IllegalStateException("broken off");
            }))
        .hasRootCauseMessage("broken off");
    assertThat(deployments.find(undone)).isEmpty();
    assertThat(history.of(new AppName("undone"), Optional.empty(), 9)).isEmpty();
  }

  private boolean write(AppId id, String name) {
    var app = new AppName(name);
    deployments.save(new Deployment(id, app, NODE, Instant.now()), Instant.now());
    deployments.append(
        List.of(
            new HistoryEntry(
                Optional.of(id),
                app,
                NODE,
                HistoryEntry.ORCHESTRATOR,
                "a test",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                Map.of(),
                0)));
    return true;
  }

  /**
   * A session bean that failed has its caller's transaction rolled back, whatever that one does.
   */
  @Test
  void failureOfOneStoreUndoesWhatAnotherOneWroteThoughNobodyPassesItOn() {
    var app = new AppName("swallowed");
    ReceivedEvent event = received(app);
    var ran = new AtomicInteger();
    boolean failed =
        transactions.required(() -> {
          transactions.afterCommit(ran::incrementAndGet);
          work.signalAt(NODE, app, Cause.INSTALLED);
          try {
            intake.insert(NODE, List.of(event, event)); // one id twice
          } catch (EJBException e) {
            return true;
          }
          return false;
        });
    assertThat(failed).isTrue();
    assertThat(work.unhandled(NODE)).doesNotContain(app);
    assertThat(ran).hasValue(0);

    transactions.required(() -> {
      intake.insert(
          NODE, List.of(event.with(Optional.of(work.signalAt(NODE, app, Cause.INSTALLED)))));
      return true;
    });
    assertThat(work.unhandled(NODE)).isEqualTo(Set.of(app));
    assertThat(intake.open(NODE, app, 1)).hasSize(1);
  }

  private static ReceivedEvent received(AppName app) {
    var body = new Body("{}".getBytes(UTF_8));
    var message = new Message(INSTALLED, "queue", "exchange", "key", Map.of(), Map.of(), body);
    var event =
        new AppEvent(INSTALLED, Optional.of(app), Optional.empty(), Optional.empty(), List.of());
    return ReceivedEvent.of(message, event, Optional.empty());
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

    transactions.afterCommit(ran::incrementAndGet);
    assertThat(ran).as("at once where nothing is to be committed").hasValue(2);
  }

  @Test
  void transactionInsideOfAnotherIsThatOne() {
    boolean same =
        transactions.required(() -> {
          Object outer = registry.getTransactionKey();
          return outer.equals(transactions.required(registry::getTransactionKey));
        });
    assertThat(same).isTrue();
    assertThat(registry.getTransactionKey()).isNull();
  }

  @Test
  void workersAndSchedulesRunOnTheThreadsThatTheServerDeclares() throws Exception {
    Thread worker = workers.submit(this::inATransaction).get();
    assertThat(worker).isInstanceOf(ManageableThread.class);
    assertThat(worker.isVirtual()).isFalse();

    Thread scheduled = scheduler.submit(this::inATransaction).get();
    assertThat(scheduled.isVirtual()).isTrue();
  }

  /** Only a thread of the server's knows the application's beans and transactions. */
  private Thread inATransaction() {
    assertThat(CDI.current().select(Settings.class).get()).isSameAs(settings);
    assertThat(transactions.required(registry::getTransactionStatus))
        .isEqualTo(Status.STATUS_ACTIVE);
    return Thread.currentThread();
  }
}
