package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.e2e.support.SqlTransaction.Statement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Makes transactions of the messages that one client sends to PostgreSQL (its documentation:
 * Frontend/Backend Protocol, Message Formats).
 */
final class SqlClient {

  private final Consumer<SqlTransaction> ended;

  /** Texts of what was prepared, by its name; the last one without a name has the empty one. */
  private final Map<String, String> prepared = new HashMap<>();

  private final Map<String, Statement> bound = new HashMap<>();
  private final List<Statement> statements = new ArrayList<>();
  private boolean inTransaction;
  private int roundTrips;

  /**
   * @param ended is given each transaction before its last message is passed on
   */
  SqlClient(Consumer<SqlTransaction> ended) {
    this.ended = ended;
  }

  void says(char kind, byte[] body) {
    String text = new String(body, StandardCharsets.ISO_8859_1);
    switch (kind) {
      case 'P' -> prepared.put(word(text, 0), word(text, 1)); // Parse
      case 'B' -> bind(text);
      case 'E' -> execute(bound.getOrDefault(word(text, 0), new Statement("", "")));
      case 'S' -> answered(); // Sync
      case 'Q' -> simple(new Statement(oneLine(word(text, 0)), "")); // Query
      default -> {
        // Describe, Close, passwords: no statement, and answered with what comes before the Sync
      }
    }
  }

  private void simple(Statement statement) {
    execute(statement);
    if (!statement.text().equals("BEGIN")) { // which the driver sends together with what follows
      answered();
    }
  }

  private void bind(String body) {
    String portal = word(body, 0);
    String name = word(body, 1);
    String parameters = body.substring(portal.length() + name.length() + 2);
    bound.put(portal, new Statement(oneLine(prepared.getOrDefault(name, "")), parameters));
  }

  private void execute(Statement statement) {
    switch (statement.text().toUpperCase(Locale.ROOT)) {
      case "" -> {
        // asked whether the connection is alive: it goes with what is done next
      }
      case "BEGIN" -> inTransaction = true;
      case "COMMIT", "ROLLBACK" -> inTransaction = false;
      default -> statements.add(statement);
    }
  }

  private void answered() {
    roundTrips++;
    if (!inTransaction && !statements.isEmpty()) {
      ended.accept(new SqlTransaction(statements, roundTrips));
      statements.clear();
      roundTrips = 0;
    }
  }

  /** The text up to the zero byte that ends it, after so many others. */
  private static String word(String body, int before) {
    int from = 0;
    for (int i = 0; i < before; i++) {
      from = body.indexOf('\0', from) + 1;
    }
    return body.substring(from, body.indexOf('\0', from));
  }

  private static String oneLine(String sql) {
    return sql.strip().replaceAll("\\s+", " ");
  }
}
