package io.appserver.orchestrator.metrics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Meters that are written down, each as {@code name{label=value,…}}. */
final class RecordedMeters implements Meters {

  final Map<String, Integer> counts = new TreeMap<>();
  final Map<String, Duration> times = new TreeMap<>();
  final Map<String, Supplier<Double>> gauges = new TreeMap<>();

  @Override
  public void announce(Family family, String... labelValues) {
    switch (family.type()) {
      case COUNTER -> counts.merge(id(family, labelValues), 0, Integer::sum);
      case TIMER -> times.putIfAbsent(id(family, labelValues), Duration.ZERO);
      case GAUGE -> throw new IllegalArgumentException(family + " is read, not announced");
    }
  }

  @Override
  public void count(Family family, String... labelValues) {
    family.require(Family.Type.COUNTER);
    counts.merge(id(family, labelValues), 1, Integer::sum);
  }

  @Override
  public void time(Family family, Duration took, String... labelValues) {
    family.require(Family.Type.TIMER);
    times.merge(id(family, labelValues), took, Duration::plus);
  }

  @Override
  public void read(Family family, Supplier<Double> value, String... labelValues) {
    family.require(Family.Type.GAUGE);
    gauges.put(id(family, labelValues), value);
  }

  private static String id(Family family, String... values) {
    List<String> labels = family.labelled(values);
    var id = new StringBuilder(family.scrapedName()).append('{');
    for (int i = 0; i < values.length; i++) {
      id.append(i == 0 ? "" : ",").append(labels.get(i)).append('=').append(values[i]);
    }
    return id.append('}').toString();
  }
}
