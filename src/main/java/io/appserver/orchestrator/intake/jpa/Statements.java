package io.appserver.orchestrator.intake.jpa;

import io.appserver.orchestrator.failure.StorableText;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Query;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Native statements whose first parameter says which rows. */
final class Statements {

  private Statements() {}

  /** A condition on rows whose ids are among those of {@link #all}. */
  static String among(String column) {
    return column + " = ANY (CAST(string_to_array(?1, ',') AS uuid[]))";
  }

  /** Runs it with the ids as its first parameter; returns how many rows it changed. */
  static int all(EntityManager entities, String sql, List<UUID> ids, Object... more) {
    String joined = ids.stream().map(UUID::toString).collect(Collectors.joining(","));
    return run(entities, sql, joined, more);
  }

  /** Runs it with the id, as text, as its first parameter; returns how many rows it changed. */
  static int one(EntityManager entities, String sql, UUID id, Object... more) {
    return run(entities, sql, id.toString(), more);
  }

  private static int run(EntityManager entities, String sql, String first, Object... more) {
    Query query = entities.createNativeQuery(sql).setParameter(1, first);
    for (int i = 0; i < more.length; i++) {
      query.setParameter(i + 2, more[i]);
    }
    return query.executeUpdate();
  }

  static String storable(String text) {
    return StorableText.exact(text);
  }
}
