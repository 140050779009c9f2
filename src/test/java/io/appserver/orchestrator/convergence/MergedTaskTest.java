package io.appserver.orchestrator.convergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** One thread at most for what is asked for again and again. */
class MergedTaskTest {

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private Runnable during = () -> {};
  private int runs;
  private final MergedTask task =
      new MergedTask(
          threads::add,
          () -> {
            runs++;
            Runnable now = during;
            during = () -> {};
            now.run();
          });

  private void ask(int times) {
    for (int i = 0; i < times; i++) {
      task.ask();
    }
  }

  @Test
  void whatIsAskedForBeforeItBeginsIsDoneByOneRun() {
    ask(100_000);
    assertThat(threads).hasSize(1);

    threads.remove().run();

    assertThat(runs).isEqualTo(1);
  }

  @Test
  void whatIsAskedForWhileItRunsIsDoneByOneMoreRunInTheSameThread() {
    during = () -> ask(100_000);
    task.ask();

    threads.remove().run();

    assertThat(threads).isEmpty();
    assertThat(runs).isEqualTo(2);
  }

  @Test
  void whatIsAskedForAfterwardsIsDoneAnew() {
    task.ask();
    threads.remove().run();

    task.ask();
    threads.remove().run();

    assertThat(runs).isEqualTo(2);
  }

  @Test
  void aRunThatFailsOrFindsNoThreadIsNotTheLast() {
    during =
        () -> {
          ask(1);
          throw new IllegalStateException();
        };
    task.ask();
    assertThatIllegalStateException().isThrownBy(threads.remove()::run);

    task.ask();
    assertThat(threads).hasSize(1);

    var refused =
        new MergedTask(
            command -> {
              throw new RejectedExecutionException();
            },
            () -> {});
    assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(refused::ask);
    assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(refused::ask);
  }
}
