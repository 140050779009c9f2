package io.appserver.orchestrator.intake.amqp.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.appserver.orchestrator.configuration.Secret;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.intake.amqp.BrokerConnections;
import io.appserver.orchestrator.intake.deadletter.DeadLetterException;
import io.appserver.orchestrator.intake.deadletter.DeadLetterStore;
import io.appserver.orchestrator.intake.deadletter.StoredDeadLetter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.logging.LogManager;

/** The dead letters on the command line: what {@code script/dead-letters} runs. */
public final class DeadLettersCommand {

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int MISUSED = 2;

  private static final int LISTED = 20;

  private final DeadLetterStore store;
  private final PrintStream out;
  private final PrintStream err;

  private DeadLettersCommand(DeadLetterStore store, PrintStream out, PrintStream err) {
    this.store = store;
    this.out = out;
    this.err = err;
  }

  /** Ends the process: 0 done, 1 failed, 2 not called rightly. */
  public static void main(String[] arguments) {
    LogManager.getLogManager().reset(); // what goes wrong is said once, below
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, UTF_8);
    var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
    int status = run(List.of(arguments), out, err);
    out.flush();
    System.exit(status);
  }

  private static int run(List<String> arguments, PrintStream out, PrintStream err) {
    ThreadFactory threads = Thread.ofPlatform().daemon().factory();
    try (ExecutorService executor = Executors.newCachedThreadPool(threads)) {
      String url =
          Optional.ofNullable(System.getenv("APPSERVER_RABBITMQ_URL"))
              .filter(given -> !given.isEmpty())
              .orElse(Settings.Broker.DEFAULT_URL);
      var connections =
          new BrokerConnections(
              new Secret(url), () -> "orchestrator dead-letters", threads, executor);
      return new DeadLettersCommand(new DeadLetterQueue(connections), out, err).run(arguments);
    } catch (DeadLetterException | IllegalArgumentException e) {
      err.println("ERROR: " + e.getMessage());
      return FAILED;
    }
  }

  private int run(List<String> arguments) {
    String verb = arguments.isEmpty() ? "" : arguments.getFirst();
    List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
    return switch (verb) {
      case "list" -> list(rest);
      case "show" -> show(rest);
      case "replay" -> replay(rest);
      case "discard" -> discard(rest);
      default -> misused(verb.isEmpty() ? "what is to be done?" : "there is no " + verb);
    };
  }

  private int list(List<String> arguments) {
    String most = arguments.isEmpty() ? String.valueOf(LISTED) : arguments.getFirst();
    if (arguments.size() > 1 || !most.matches("[1-9][0-9]{0,5}")) {
      return misused("list takes how many, a number from 1 on");
    }
    DeadLetterStore.Contents contents = store.oldest(Integer.parseInt(most));
    int shown = contents.oldest().size();
    out.println(
        contents.total() == 0
            ? "no dead letters"
            : "%d dead letters%s"
                .formatted(
                    contents.total(),
                    shown < contents.total() ? ", the oldest %d of them:".formatted(shown) : ":"));
    contents.oldest().forEach(this::print);
    return DONE;
  }

  private void print(StoredDeadLetter.Summary letter) {
    out.println();
    out.println(letter.id());
    line(
        "time",
        letter
            .time()
            .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
            .orElse("unknown"));
    line("reason", letter.reason() + ": " + letter.message());
    line("queue", letter.queue().isEmpty() ? "unknown" : letter.queue());
    line(
        "tried",
        (letter.attempts().isEmpty() ? "unknown" : letter.attempts())
            + (letter.replays() == 0 ? "" : ", replayed before: " + letter.replays()));
    line("body", "%d bytes: %s".formatted(letter.size(), letter.preview()));
  }

  private void line(String label, String text) {
    out.printf("  %-7s %s%n", label, text);
  }

  private int show(List<String> arguments) {
    boolean bodyOnly = arguments.size() == 2 && arguments.get(1).equals("--body");
    if (arguments.isEmpty() || (arguments.size() > 1 && !bodyOnly)) {
      return misused("show takes one id");
    }
    Optional<StoredDeadLetter> found = store.find(arguments.getFirst());
    if (found.isEmpty()) {
      return missing(arguments.getFirst());
    }
    StoredDeadLetter letter = found.get();
    if (!bodyOnly) {
      print(letter.summary());
      new TreeMap<>(letter.properties()).forEach((key, value) -> line(key, printable(value)));
      out.println("headers");
      letter.headers().forEach((key, value) -> line(printable(key), printable(value)));
      return DONE;
    }
    out.write(letter.body().bytes(), 0, letter.body().length());
    if (letter.whole()) {
      return DONE;
    }
    err.printf(
        "ERROR: that is only the beginning: the body has %d bytes.%n", letter.summary().size());
    return FAILED;
  }

  private static String printable(Object value) {
    return QueuedDeadLetter.printable(String.valueOf(value), Integer.MAX_VALUE);
  }

  private int replay(List<String> arguments) {
    if (arguments.size() != 1) {
      return misused("replay takes one id, or --all");
    }
    if (!arguments.getFirst().equals("--all")) {
      return store.replay(arguments.getFirst())
          ? done("replayed " + arguments.getFirst())
          : missing(arguments.getFirst());
    }
    DeadLetterStore.Replayed all = store.replayAll();
    out.printf("replayed %d%n", all.replayed());
    if (all.left() == 0) {
      return DONE;
    }
    err.printf(
        "ERROR: %d stayed: too large to be put back, or it is unknown where they came from.%n",
        all.left());
    return FAILED;
  }

  private int discard(List<String> arguments) {
    if (arguments.size() == 1 && !arguments.getFirst().startsWith("--")) {
      return store.discard(arguments.getFirst())
          ? done("discarded " + arguments.getFirst())
          : missing(arguments.getFirst());
    }
    if (arguments.equals(List.of("--all"))) {
      return misused("discard --all cannot be undone; if that is meant: discard --all --yes");
    }
    return arguments.size() == 2 && arguments.containsAll(List.of("--all", "--yes"))
        ? done("discarded %d".formatted(store.discardAll()))
        : misused("discard takes one id, or --all --yes");
  }

  private int done(String words) {
    out.println(words);
    return DONE;
  }

  private int missing(String id) {
    err.printf("ERROR: there is no dead letter %s; see: script/dead-letters list%n", id);
    return FAILED;
  }

  private int misused(String words) {
    err.printf("ERROR: %s; see: script/dead-letters --help%n", words);
    return MISUSED;
  }
}
