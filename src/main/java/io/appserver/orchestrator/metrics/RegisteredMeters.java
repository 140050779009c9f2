package io.appserver.orchestrator.metrics;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** The meters of the server's registry, which prints them at {@code /metrics}. */
@Singleton
class RegisteredMeters implements Meters {

  private final MetricRegistry registry;

  /** The registry compares every series it has before it finds one: too much for each probe. */
  private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

  private record Series(Family family, List<String> labelValues) {}

  @Inject
  RegisteredMeters(MetricRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void announce(Family family, String... labelValues) {
    switch (family.type()) {
      case COUNTER -> counter(family, labelValues);
      case TIMER -> registry.timer(metadata(family), tags(family, labelValues));
      case GAUGE -> throw new IllegalArgumentException(family + " is read, not announced");
    }
  }

  @Override
  public void count(Family family, String... labelValues) {
    family.require(Family.Type.COUNTER);
    counter(family, labelValues).inc();
  }

  private Counter counter(Family family, String... labelValues) {
    return counters.computeIfAbsent(
        new Series(family, List.of(labelValues)),
        series -> registry.counter(metadata(family), tags(family, labelValues)));
  }

  @Override
  public void time(Family family, Duration took, String... labelValues) {
    family.require(Family.Type.TIMER);
    registry.timer(metadata(family), tags(family, labelValues)).update(took);
  }

  @Override
  public void read(Family family, Supplier<Double> value, String... labelValues) {
    family.require(Family.Type.GAUGE);
    registry.gauge(metadata(family), value, tags(family, labelValues));
  }

  private static Metadata metadata(Family family) {
    return Metadata.builder()
        .withName(family.scrapedName())
        .withDescription(family.description())
        .build();
  }

  private static Tag[] tags(Family family, String... values) {
    List<String> names = family.labelled(values);
    var tags = new Tag[values.length];
    for (int i = 0; i < values.length; i++) {
      tags[i] = new Tag(names.get(i), values[i]);
    }
    return tags;
  }
}
