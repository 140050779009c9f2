package io.appserver.orchestrator.deployment.jpa;

import static java.util.stream.Collectors.joining;

import io.appserver.orchestrator.app.AppName;
import io.appserver.orchestrator.deployment.History;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.json.Json;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Query;
import java.io.StringReader;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@link History} in {@code orchestrator_history}. */
@Stateless
@Local(History.class)
public class JpaHistory implements History {

  private static final String COLUMNS =
      """
      SELECT id, CAST(extract(epoch FROM at) * 1000000 AS bigint), app_name, node, actor, cause,
        from_state, to_state, code, message, CAST(details AS text), fence
      FROM orchestrator_history
      """;

  @PersistenceContext(unitName = "orchestrator")
  private EntityManager entities;

  /** For the server. */
  @SuppressWarnings("NullAway.Init")
  public JpaHistory() {}

  /** On an entity manager of the caller's. */
  public JpaHistory(EntityManager entities) {
    this.entities = entities;
  }

  @Override
  public List<Entry> of(AppName app, Optional<Long> before, int most) {
    return entries(
        entities
            .createNativeQuery(COLUMNS + "WHERE app_name = ?1 AND id < ?2 ORDER BY id DESC")
            .setParameter(1, app.value())
            .setParameter(2, before.orElse(Long.MAX_VALUE)),
        most);
  }

  @Override
  public List<Entry> after(long id, int most) {
    return entries(
        entities.createNativeQuery(COLUMNS + "WHERE id > ?1 ORDER BY id").setParameter(1, id),
        most);
  }

  @Override
  public List<Entry> of(Collection<Long> ids) {
    String array = ids.stream().map(String::valueOf).collect(joining(",", "{", "}"));
    return entries(
        entities
            .createNativeQuery(COLUMNS + "WHERE id = ANY (CAST(?1 AS bigint[])) ORDER BY id")
            .setParameter(1, array),
        Math.max(1, ids.size()));
  }

  @Override
  public long newest() {
    return ((Number)
            entities
                .createNativeQuery("SELECT coalesce(max(id), 0) FROM orchestrator_history")
                .getSingleResult())
        .longValue();
  }

  private static List<Entry> entries(Query query, int most) {
    List<?> rows = query.setMaxResults(most).getResultList();
    return rows.stream().map(Object[].class::cast).map(JpaHistory::entry).toList();
  }

  private static Entry entry(@Nullable Object[] row) {
    long micros = number(row[1]);
    return new Entry(
        number(row[0]),
        Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000),
        text(row[2]),
        text(row[3]),
        text(row[4]),
        text(row[5]),
        Optional.ofNullable((String) row[6]),
        Optional.ofNullable((String) row[7]),
        Optional.ofNullable((String) row[8]),
        text(row[9]),
        details(text(row[10])),
        number(row[11]));
  }

  private static String text(@Nullable Object value) {
    return Objects.toString(value, "");
  }

  private static long number(@Nullable Object value) {
    return value == null ? 0 : ((Number) value).longValue();
  }

  private static Map<String, String> details(String json) {
    var details = new TreeMap<String, String>();
    try (var reader = Json.createReader(new StringReader(json))) {
      reader.readObject().forEach((name, value) -> details.put(name, words(value)));
    }
    return details;
  }

  private static String words(JsonValue value) {
    return value instanceof JsonString string ? string.getString() : value.toString();
  }
}
