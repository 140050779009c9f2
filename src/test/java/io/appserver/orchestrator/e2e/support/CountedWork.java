package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.e2e.support.CountedEngine.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one piece of work for one app cost.
 *
 * @param requests to the engine, in their order
 * @param transactions in the order in which they ended
 */
public record CountedWork(List<Request> requests, List<SqlTransaction> transactions) {

  /** Requests by what they are, the first that fits. */
  private enum Kind {
    PING("GET /_ping"),
    LIST("GET /containers/json.*"),
    INSPECT("GET /containers/[^/]+/json"),
    IMAGE("GET /images/.+/json"),
    PULL("POST /images/create.*"),
    NETWORKS("GET /networks.*"),
    CREATE("POST /containers/create.*"),
    START("POST /containers/[^/]+/start"),
    SIGNAL("POST /containers/[^/]+/(kill|stop).*"),
    WAIT("POST /containers/[^/]+/wait.*"),
    REMOVE("DELETE /containers/.+"),
    OTHER(".*");

    private final Pattern line;

    Kind(String line) {
      this.line = Pattern.compile(line);
    }

    static String of(Request request) {
      return Stream.of(values())
          .filter(kind -> kind.line.matcher(request.line()).matches())
          .findFirst()
          .filter(kind -> kind != OTHER)
          .map(kind -> kind.name().toLowerCase(Locale.ROOT))
          .orElse(request.line());
    }
  }

  /** Of a long statement its beginning and its end are shown. */
  private static final int SHOWN_AT_EACH_END = 90;

  /** The values in a request that are others each time. */
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

  public CountedWork {
    requests = List.copyOf(requests);
    transactions = List.copyOf(transactions);
  }

  /**
   * Of all that was done meanwhile, what was done for the app. Nothing else is in work; what goes
   * on at rest is a ping every few seconds, and questions to the database that name no app.
   */
  static CountedWork of(App app, List<Request> requests, List<SqlTransaction> transactions) {
    return new CountedWork(
        withoutPingsAtRest(requests),
        transactions.stream()
            .filter(done -> done.concerns(app) || done.hasStatement("UPDATE orchestrator_act "))
            .toList());
  }

  /** A ping that belongs to the work comes right before a change, on its connection. */
  private static List<Request> withoutPingsAtRest(List<Request> requests) {
    var left = new ArrayList<Request>();
    for (int i = 0; i < requests.size(); i++) {
      Request request = requests.get(i);
      boolean leads =
          i + 1 < requests.size()
              && requests.get(i + 1).connection() == request.connection()
              && requests.get(i + 1).isChange();
      if (!request.isPing() || leads) {
        left.add(request);
      }
    }
    return left;
  }

  /**
   * Requests that are no pings. A connection that has rested for a second is pinged before it is
   * used for a change: how many pings there are depends on the machine.
   */
  public int questionsAndChanges() {
    return (int) requests.stream().filter(request -> !request.isPing()).count();
  }

  public int connections() {
    return (int) requests.stream().filter(Request::first).count();
  }

  public int statements() {
    return transactions.stream().mapToInt(done -> done.statements().size()).sum();
  }

  public int roundTrips() {
    return transactions.stream().mapToInt(SqlTransaction::roundTrips).sum();
  }

  /** Such as {@code list 3, inspect 4, create 1}: the most frequent first. */
  public String kindsOfRequests() {
    return counted(requests.stream().map(Kind::of), entry -> entry.text() + " " + entry.count())
        .collect(Collectors.joining(", "));
  }

  /**
   * All of it: requests in their order, statements by their number, transactions in their order.
   */
  public String details() {
    return Stream.of(
            Stream.of("requests to the engine"),
            requests.stream().map(CountedWork::line),
            Stream.of("", "statements, and how often"),
            counted(
                transactions.stream()
                    .flatMap(done -> done.statements().stream())
                    .map(SqlTransaction.Statement::text),
                entry -> "%3d  %s".formatted(entry.count(), shortened(entry.text()))),
            Stream.of("", "transactions, a statement a line"),
            transactions.stream()
                .map(done ->
                    done.statements().stream()
                        .map(statement -> shortened(statement.text()))
                        .collect(Collectors.joining("\n     ", "  -  ", ""))))
        .flatMap(lines -> lines)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String line(Request request) {
    Matcher ids = ID.matcher(request.line());
    return "  connection %2d%s  %s"
        .formatted(
            request.connection(),
            request.first() ? " (new)" : "      ",
            shortened(ids.replaceAll("ID")));
  }

  private record Entry(String text, long count) {}

  private static Stream<String> counted(Stream<String> texts, Function<Entry, String> words) {
    return texts
        .collect(Collectors.groupingBy(text -> text, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> new Entry(entry.getKey(), entry.getValue()))
        .sorted((one, other) ->
            one.count() == other.count()
                ? one.text().compareTo(other.text())
                : Long.compare(other.count(), one.count()))
        .map(words);
  }

  private static String shortened(String text) {
    return text.length() <= 2 * SHOWN_AT_EACH_END
        ? text
        : text.substring(0, SHOWN_AT_EACH_END)
            + " … "
            + text.substring(text.length() - SHOWN_AT_EACH_END);
  }
}
