package io.appserver.orchestrator.rest.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.History;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TailTest {

  private final AtomicLong now = new AtomicLong();
  private final StoredEntries history = new StoredEntries();

  /** A history in memory, whose entries appear in any order. */
  private static final class StoredEntries implements History {

    private final TreeMap<Long, Entry> entries = new TreeMap<>();

    void add(long... ids) {
      for (long id : ids) {
        entries.put(id, Entries.of(id, "todos"));
      }
    }

    @Override
    public List<Entry> of(AppName app, Optional<Long> before, int most) {
      return entries.headMap(before.orElse(Long.MAX_VALUE), false).descendingMap().values().stream()
          .limit(most)
          .toList();
    }

    @Override
    public List<Entry> of(Collection<Long> ids) {
      return entries.values().stream().filter(entry -> ids.contains(entry.id())).toList();
    }

    @Override
    public List<Entry> after(long id, int most) {
      return entries.tailMap(id, false).values().stream().limit(most).toList();
    }

    @Override
    public long newest() {
      return entries.isEmpty() ? 0 : entries.lastKey();
    }
  }

  private static long[] ids(long first, long last) {
    return LongStream.rangeClosed(first, last).toArray();
  }

  private static List<Long> told(Tail.News news) {
    return news.entries().stream().map(History.Entry::id).toList();
  }

  @Test
  void whatWasThereBeforeIsNoNewsAndEachEntryIsToldOnce() {
    history.add(1, 2);
    var tail = new Tail(history, now::get);
    assertThat(told(tail.read())).isEmpty();
    history.add(3, 4);
    assertThat(told(tail.read())).containsExactly(3L, 4L);
    assertThat(told(tail.read())).isEmpty();
  }

  @Test
  void anEntryIsToldThatAppearsAfterOneWithAHigherId() {
    history.add(1, 3); // 2 is under way
    var tail = new Tail(history, now::get);
    history.add(4, 6);
    assertThat(told(tail.read())).containsExactly(4L, 6L);
    now.addAndGet(Tail.LATE.toNanos());
    history.add(2, 5, 7);
    assertThat(told(tail.read())).containsExactly(2L, 5L, 7L);
    assertThat(told(tail.read())).isEmpty();
  }

  @Test
  void anIdThatNeverAppearsIsForgotten() {
    var tail = new Tail(history, now::get);
    history.add(2);
    tail.read();
    now.addAndGet(Tail.LATE.toNanos() + 1);
    tail.read();
    history.add(1);
    assertThat(told(tail.read())).isEmpty();
  }

  @Test
  void moreThanAPageWithinAMomentIsToldPageByPage() {
    var tail = new Tail(history, now::get);
    history.add(ids(1, 2 * Tail.PAGE + 200));
    assertThat(told(tail.read())).hasSize(Tail.PAGE).endsWith((long) Tail.PAGE);
    assertThat(told(tail.read())).hasSize(Tail.PAGE).endsWith(2L * Tail.PAGE);
    assertThat(told(tail.read())).hasSize(200);
    history.add(2 * Tail.PAGE + 201);
    assertThat(tail.read())
        .returns(true, Tail.News::isWhole)
        .extracting(TailTest::told)
        .isEqualTo(List.of(2L * Tail.PAGE + 201));
  }

  @Test
  void whoeverFallsTooFarBehindIsToldSoAndHearsWhatComesNext() {
    var tail = new Tail(history, now::get);
    long newest = Tail.MOST_BEHIND + 2L * Tail.PAGE;
    history.add(ids(1, newest));
    assertThat(tail.read().isWhole()).isFalse();
    history.add(newest + 1);
    assertThat(tail.read())
        .returns(true, Tail.News::isWhole)
        .extracting(TailTest::told)
        .isEqualTo(List.of(newest + 1));
    now.addAndGet(Tail.LATE.toNanos() + 1);
    assertThat(tail.read().isWhole()).as("entries were under way then").isFalse();
    assertThat(tail.read().isWhole()).isTrue();
  }

  @Test
  void idsThatWereNeverGivenCostNothing() {
    var tail = new Tail(history, now::get);
    history.add(50_000_000);
    assertThat(told(tail.read())).containsExactly(50_000_000L);
    history.add(50_000_001);
    assertThat(told(tail.read())).containsExactly(50_000_001L);
  }
}
