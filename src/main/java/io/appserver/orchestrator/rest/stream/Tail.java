package io.appserver.orchestrator.rest.stream;

import io.appserver.orchestrator.deployment.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The history from a moment on: gives each entry once. Ids are given before transactions commit, so
 * an entry may appear after one with a higher id; ids that are missing are asked for as long as
 * that can happen.
 */
final class Tail {

  /** Entries that are read at once. */
  static final int PAGE = 1000;

  /** Entries that may be waiting to be told; what is more is skipped. */
  static final int MOST_BEHIND = 10 * PAGE;

  /** For so long a missing id may still appear: as long as its transaction lasts. */
  static final Duration LATE = Duration.ofSeconds(10);

  private final History history;
  private final LongSupplier nanoTime;

  /** Missing ids, and when they were missed first. */
  private final Map<Long, Long> missing = new TreeMap<>();

  private long last;
  private boolean skipped;
  private long skippedAt;

  /** Begins now. */
  Tail(History history, LongSupplier nanoTime) {
    this.history = history;
    this.nanoTime = nanoTime;
    long newest = history.newest();
    last = Math.max(0, newest - PAGE);
    note(history.after(last, PAGE).stream().filter(entry -> entry.id() <= newest).toList());
    last = newest;
  }

  /**
   * What is new.
   *
   * @param isWhole false if entries were or may have been left out: everything is to be read anew
   */
  record News(List<History.Entry> entries, boolean isWhole) {}

  News read() {
    var entries = new ArrayList<>(appeared());
    List<History.Entry> page = history.after(last, PAGE);
    entries.addAll(page);
    note(page);
    boolean whole = !mayHaveMissed();
    if (page.size() == PAGE && history.newest() - last > MOST_BEHIND) {
      last = history.newest();
      missing.clear();
      skipped = true;
      skippedAt = nanoTime.getAsLong();
      whole = false;
    }
    return new News(List.copyOf(entries), whole);
  }

  /** What was skipped may have had entries under way: once more when they are there. */
  private boolean mayHaveMissed() {
    if (skipped && nanoTime.getAsLong() - skippedAt > LATE.toNanos()) {
      skipped = false;
      return true;
    }
    return false;
  }

  private List<History.Entry> appeared() {
    if (missing.isEmpty()) {
      return List.of();
    }
    List<History.Entry> appeared = history.of(List.copyOf(missing.keySet()));
    appeared.forEach(entry -> missing.remove(entry.id()));
    long now = nanoTime.getAsLong();
    missing.values().removeIf(since -> now - since > LATE.toNanos());
    return appeared;
  }

  /** A gap that is wider than a page is none of transactions under way. */
  private void note(List<History.Entry> page) {
    long now = nanoTime.getAsLong();
    for (History.Entry entry : page) {
      for (long id = Math.max(last + 1, entry.id() - PAGE); id < entry.id(); id++) {
        missing.put(id, now);
      }
      last = entry.id();
    }
    Iterator<Long> oldest = missing.keySet().iterator();
    for (int tooMany = missing.size() - PAGE; tooMany > 0; tooMany--) {
      oldest.next();
      oldest.remove();
    }
  }
}
