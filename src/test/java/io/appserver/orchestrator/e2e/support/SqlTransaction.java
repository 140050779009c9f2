package io.appserver.orchestrator.e2e.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What a client of PostgreSQL did between BEGIN and COMMIT or ROLLBACK, or by one statement outside
 * of any transaction.
 *
 * @param statements without BEGIN and the end
 * @param roundTrips how often the client waited for an answer, also for whether its connection is
 *     still alive before it began
 */
public record SqlTransaction(List<Statement> statements, int roundTrips) {

  public SqlTransaction {
    statements = List.copyOf(statements);
  }

  /**
   * One statement.
   *
   * @param text on one line
   * @param parameters as they were sent, a character a byte
   */
  public record Statement(String text, String parameters) {}

  /** Whether any of its statements has the app's name or id as a parameter. */
  public boolean concerns(App app) {
    String binary =
        new String(binary(app.id()), StandardCharsets.ISO_8859_1); // as the driver sends a UUID
    return statements.stream()
        .map(Statement::parameters)
        .anyMatch(sent ->
            sent.contains(app.name())
                || sent.contains(app.id().toString())
                || sent.contains(binary));
  }

  /** Whether any of its statements begins so. */
  public boolean hasStatement(String beginning) {
    return statements.stream().anyMatch(statement -> statement.text().startsWith(beginning));
  }

  private static byte[] binary(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }
}
