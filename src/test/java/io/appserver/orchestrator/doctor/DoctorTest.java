package io.appserver.orchestrator.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.doctor.Finding.Status;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DoctorTest {

  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void stop() {
    end.countDown();
    executor.shutdownNow();
  }

  private static Check check(String name, Callable<Finding> examination) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Finding examine() throws Exception {
        return examination.call();
      }
    };
  }

  private List<Finding> examine(Duration longest, Check... checks) {
    return new Doctor(List.of(checks), executor, longest).examine();
  }

  @Test
  void checksRunBesideOneAnotherAndAreToldInTheirOrder() {
    var together = new CyclicBarrier(2);
    assertThat(
            examine(
                Duration.ofMinutes(1),
                check(
                    "first",
                    () -> {
                      together.await();
                      return Finding.ok("first", "well");
                    }),
                check(
                    "second",
                    () -> {
                      together.await();
                      return Finding.ok("second", "well");
                    })))
        .extracting(Finding::check)
        .containsExactly("first", "second");
  }

  @Test
  void oneThatThrowsIsTold() {
    assertThat(
            examine(
                Duration.ofMinutes(1),
                check(
                    "odd",
                    () -> {
                      throw new IllegalStateException("a fault of ours");
                    })))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.status()).isEqualTo(Status.FAILED);
          assertThat(finding.summary()).contains("a fault of ours");
          assertThat(finding.cure()).isNotEmpty();
        });
  }

  @Test
  void oneThatHangsIsGivenUpAndNotBegunASecondTimeBesideThat() {
    var begun = new AtomicInteger();
    Check hanging =
        check(
            "hanging",
            () -> {
              begun.incrementAndGet();
              awaitEndWhateverComes();
              return Finding.ok("hanging", "well after all");
            });
    var doctor =
        new Doctor(
            List.of(hanging, check("well", () -> Finding.ok("well", "well"))),
            executor,
            Duration.ofSeconds(1));

    for (int time = 0; time < 2; time++) {
      List<Finding> findings = doctor.examine();
      assertThat(findings.getFirst().status()).isEqualTo(Status.FAILED);
      assertThat(findings.getFirst().summary()).isEqualTo("did not answer within 1 s");
      assertThat(findings.getFirst().cure()).isNotEmpty();
      assertThat(findings.getLast().status()).isEqualTo(Status.OK);
    }
    assertThat(begun).hasValue(1);
  }

  /** As a driver does that does not heed interrupts. */
  private void awaitEndWhateverComes() {
    boolean ended = false;
    while (!ended) {
      try {
        ended = end.await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        // on and on
      }
    }
  }
}
