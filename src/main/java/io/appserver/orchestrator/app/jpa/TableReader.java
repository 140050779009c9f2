package io.appserver.orchestrator.app.jpa;

import io.appserver.orchestrator.app.PlatformUnavailableException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.util.List;
import java.util.Objects;

/**
 * Native questions to the platform's tables; what the database refuses is the platform's trouble.
 */
final class TableReader {

  private final EntityManager entities;

  TableReader(EntityManager entities) {
    this.entities = entities;
  }

  /** The rows of a query of two columns or more. */
  List<Object[]> rows(String sql, Object... parameters) {
    try {
      var query = entities.createNativeQuery(sql);
      for (int i = 0; i < parameters.length; i++) {
        query.setParameter(i + 1, parameters[i]);
      }
      List<?> rows = query.getResultList();
      return rows.stream().map(Object[].class::cast).toList();
    } catch (PersistenceException e) {
      throw unavailable(e);
    }
  }

  /** Changes what is remembered. */
  void change(String sql, Object... parameters) {
    try {
      var query = entities.createNativeQuery(sql);
      for (int i = 0; i < parameters.length; i++) {
        query.setParameter(i + 1, parameters[i]);
      }
      var unused = query.executeUpdate();
    } catch (PersistenceException e) {
      throw unavailable(e);
    }
  }

  private static PlatformUnavailableException unavailable(PersistenceException e) {
    return new PlatformUnavailableException(
        "the platform's tables cannot be read: " + rootMessage(e), e);
  }

  static String text(Object column) {
    return Objects.toString(column, "");
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return Objects.toString(root.getMessage(), root.getClass().getSimpleName());
  }
}
