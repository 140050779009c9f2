package io.appserver.orchestrator.e2e.support;

import com.github.dockerjava.api.model.Container;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What must hold after any fault, whatever it was: recovered by itself, nothing lost, nothing
 * twice, nothing left over.
 */
public final class Aftermath {

  private static final List<String> QUEUES =
      List.of("orchestrator.subscriber.app.installed", "orchestrator.subscriber.app.uninstalled");

  private static final String DEAD_LETTERS = "orchestrator.dead-letter";

  private static final String APP_NAME = "io.appserver.orchestrator.app-name";

  /** What is put right only to be undone again shows within this. */
  private static final Duration STEADY = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(200);

  private final Platform platform;
  private final Map<App, String> kept = new HashMap<>();
  private final List<GetResponse> deadLetters = new ArrayList<>();

  public Aftermath(Platform platform) {
    this.platform = platform;
  }

  /** Writes into the app's data volume what must be there ever after. */
  public void keep(App app) {
    String words = "kept for " + app.name();
    Engine.Execution written =
        platform
            .engine()
            .execute(app.container(), "sh", "-c", "echo '%s' >/data/kept".formatted(words));
    if (written.exitCode() != 0) {
      throw new IllegalStateException(
          "nothing could be written to the volume of " + app + ": " + written);
    }
    kept.put(app, words);
  }

  /** Changes if a container is restarted or replaced. */
  public Map<App, String> lives(App... apps) {
    return Stream.of(apps)
        .collect(
            Collectors.toMap(
                app -> app,
                app -> {
                  var container = platform.engine().container(app.container()).orElseThrow();
                  return container.getId() + " since " + container.getState().getStartedAt();
                }));
  }

  /**
   * Waits until everything is as it should be, and stays so.
   *
   * @param fault its name in the list of times
   * @param since when the cause was gone, by {@link System#nanoTime}
   */
  public void awaitRecovery(String fault, long since, Duration atMost) {
    try {
      Awaitility.await("recovery from: " + fault)
          .atMost(atMost)
          .pollInterval(POLL)
          .pollDelay(Duration.ZERO)
          .untilAsserted(this::assertRecovered);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(e.getMessage() + "\n" + known(), e);
    }
    note(fault, Duration.ofNanos(System.nanoTime() - since));
    Awaitility.await("nothing changes any more")
        .during(STEADY)
        .pollInterval(POLL)
        .untilAsserted(this::assertRecovered);
  }

  private void assertRecovered() {
    List<String> problems;
    try {
      problems = problems();
    } catch (RuntimeException e) { // a service that is not quite back
      throw new AssertionError("not to be told: " + e, e);
    }
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join("\n", problems));
    }
  }

  /** What is not as it should be; empty if all is well. */
  private List<String> problems() {
    var problems = new ArrayList<String>();
    List<App> apps = platform.appServer().apps();
    Set<UUID> installed = platform.appServer().installed();
    Map<String, Row> rows = rows();
    Map<String, List<String>> events = outcomes();
    Map<String, List<Container>> containers =
        platform.engine().containersOf(platform.installation()).stream()
            .collect(
                Collectors.groupingBy(
                    container -> container.getLabels().getOrDefault(APP_NAME, "")));
    for (App app : apps) {
      List<Container> its = containers.getOrDefault(app.name(), List.of());
      Row row = rows.getOrDefault(app.name(), Row.NONE);
      if (installed.contains(app.id())) {
        checkInstalled(app, row, its, problems);
      } else {
        checkAbsent(app, row, its, problems);
      }
      checkEvents(app, events.getOrDefault(app.name(), List.of()), problems);
      checkVolume(app, installed.contains(app.id()), problems);
      containers.remove(app.name());
    }
    if (!containers.isEmpty()) {
      problems.add("there are containers of no app: " + containers);
    }
    checkDeadLetters(problems);
    checkQueues(problems);
    checkNetworks(problems);
    if (!platform.server().isReady()) {
      problems.add("the server is not ready");
    }
    return problems;
  }

  /** What is asked of a deployment's row. */
  private record Row(String state, String reason, String container) {
    static final Row NONE = new Row("none", null, null);
  }

  private Map<String, Row> rows() {
    var rows = new HashMap<String, Row>();
    platform
        .database()
        .query(
            "SELECT app_name, state, reason_code, container_id FROM deployments",
            row ->
                rows.put(
                    row.getString(1),
                    new Row(row.getString(2), row.getString(3), row.getString(4))));
    return rows;
  }

  /** What became of the events, by the names of their apps. */
  private Map<String, List<String>> outcomes() {
    var outcomes = new HashMap<String, List<String>>();
    platform
        .database()
        .query(
            "SELECT app_name, outcome FROM orchestrator_intake",
            row ->
                outcomes
                    .computeIfAbsent(row.getString(1), name -> new ArrayList<>())
                    .add(row.getString(2)));
    return outcomes;
  }

  private static void checkInstalled(App app, Row row, List<Container> its, List<String> problems) {
    if (!row.state().equals("healthy")) {
      problems.add("%s is %s (%s), not healthy".formatted(app, row.state(), row.reason()));
    }
    if (its.size() != 1) {
      problems.add("%s has %d containers, not 1".formatted(app, its.size()));
      return;
    }
    Container container = its.getFirst();
    if (!"running".equals(container.getState())) {
      problems.add("the container of %s is %s".formatted(app, container.getState()));
    }
    if (!container.getId().equals(row.container())) {
      problems.add(
          "the row of %s names the container %s, and there is %s"
              .formatted(app, row.container(), container.getId()));
    }
  }

  private static void checkAbsent(App app, Row row, List<Container> its, List<String> problems) {
    if (!its.isEmpty()) {
      problems.add("%s is not installed and has %d containers".formatted(app, its.size()));
    }
    if (!List.of("none", "stopped").contains(row.state())) {
      problems.add("%s is not installed and %s".formatted(app, row.state()));
    }
  }

  private void checkEvents(App app, List<String> outcomes, List<String> problems) {
    if (outcomes.contains("open")) {
      problems.add("the events of %s are %s".formatted(app, outcomes));
    }
    if (outcomes.size() < platform.appServer().published(app)) {
      problems.add(
          "%d events of %s were published, %d came"
              .formatted(platform.appServer().published(app), app, outcomes.size()));
    }
  }

  private void checkVolume(App app, boolean running, List<String> problems) {
    String words = kept.get(app);
    if (words == null) {
      return;
    }
    if (platform.engine().volume(app.volume()).isEmpty()) {
      problems.add("the volume of %s is gone".formatted(app));
    } else if (running) {
      Engine.Execution read = platform.engine().execute(app.container(), "cat", "/data/kept");
      if (!read.output().strip().equals(words)) {
        problems.add("the volume of %s says: %s".formatted(app, read));
      }
    }
  }

  /** A letter for each event that ended so, not two, and each with its reason. */
  private void checkDeadLetters(List<String> problems) {
    Broker broker = platform.broker();
    for (var letter = broker.take(DEAD_LETTERS);
        letter.isPresent();
        letter = broker.take(DEAD_LETTERS)) {
      deadLetters.add(letter.get());
    }
    List<String> written =
        deadLetters.stream().map(letter -> letter.getProps().getMessageId()).sorted().toList();
    List<String> wanted =
        platform
            .database()
            .query(
                "SELECT id FROM orchestrator_intake WHERE outcome = 'dead_lettered' ORDER BY id::text",
                row -> row.getString(1));
    if (!written.equals(wanted)) {
      problems.add("the dead letters are %s, and should be %s".formatted(written, wanted));
    }
    deadLetters.stream()
        .filter(letter ->
            Objects.toString(letter.getProps().getHeaders().get("x-orchestrator-reason"), "")
                .isEmpty())
        .forEach(letter -> problems.add("a dead letter has no reason: " + letter.getProps()));
    if (platform.database().outbox() > 0) {
      problems.add("dead letters wait in the outbox: " + platform.database().outbox());
    }
  }

  private void checkQueues(List<String> problems) {
    long waiting = undelivered();
    if (waiting > 0) {
      problems.add(waiting + " events have not been delivered");
    }
  }

  /** How many events the broker has not yet handed to the orchestrator. */
  public long undelivered() {
    return QUEUES.stream().mapToLong(queue -> platform.broker().waiting(queue)).sum();
  }

  private void checkNetworks(List<String> problems) {
    String name = platform.services().network();
    long networks =
        platform.engine().client().listNetworksCmd().withNameFilter(name).exec().stream()
            .filter(network -> name.equals(network.getName()))
            .count();
    if (networks > 1) {
      problems.add("there are %d networks %s".formatted(networks, name));
    }
  }

  /** Of each app that is not as it should be. */
  private String known() {
    try {
      List<String> problems = problems();
      return platform.appServer().apps().stream()
          .filter(app -> problems.stream().anyMatch(problem -> problem.contains(app.name())))
          .map(platform::allKnownOf)
          .collect(Collectors.joining("\n"));
    } catch (RuntimeException e) {
      return "more is not to be told: " + e;
    }
  }

  private static void note(String fault, Duration took) {
    String line = "%s: recovered within %.1f s%n".formatted(fault, took.toMillis() / 1000.0);
    System.out.print(line);
    try {
      Path file = Platform.checkout().resolve("target/faults.txt");
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
