package io.appserver.orchestrator.e2e.bench;

import io.appserver.orchestrator.e2e.bench.MeasuredPage.Load;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** How fast the overview is there, what it takes over the wire, and how fast it shows changes. */
final class OverviewBench {

  private static final int LOADS = 10;

  /** Each becomes unhealthy and healthy again. */
  private static final int MOVED_APPS = 10;

  /** Of a deployment on a node that is none, as the node's orchestrator would write it. */
  private static final String MOVE =
      """
      WITH moved AS (
        UPDATE deployments
        SET state = ?, health_status = ?, updated_at = clock_timestamp(), version = version + 1
        WHERE app_name = ?
        RETURNING app_id, app_name, node, state)
      INSERT INTO orchestrator_history (app_id, app_name, node, actor, cause, from_state, to_state, message)
      SELECT app_id, app_name, node, 'orchestrator', 'bench', ?, state, 'moved by the measurement' FROM moved
      RETURNING id, extract(epoch FROM at) * 1000
      """;

  private final URI server;

  OverviewBench(URI server) {
    this.server = server;
  }

  /**
   * @param rows how many the longest list shows
   */
  void run(int rows) throws SQLException, InterruptedException {
    try (var page = new MeasuredPage(server);
        var database = BenchPlatform.open()) {
      page.logIn(ConsoleBench.user(), ConsoleBench.password());
      String all = "#/?size=" + rows;
      loads(page, "overview, nothing cached", "#/", true);
      loads(page, "overview again", "#/", false);
      loads(page, "overview again, all rows", all, false);
      page.load("#/", false);
      transitions(page, database, "transition to visible");
      page.load(all, false);
      transitions(page, database, "transition, all rows");
    }
  }

  /** The first load warms up and does not count. */
  private static void loads(MeasuredPage page, String label, String hash, boolean cold)
      throws InterruptedException {
    page.load(hash, cold);
    var loads = new ArrayList<Load>();
    for (int i = 0; i < LOADS; i++) {
      loads.add(page.load(hash, cold));
    }
    Figures paint = new Figures(loads.stream().map(Load::firstPaint).toList());
    Figures shown = new Figures(loads.stream().map(Load::rowsShown).toList());
    System.out.printf(
        "  %-26s first paint %4.0f ms (worst %4.0f)   %3d rows shown %5.0f ms (worst %5.0f)   %2.0f requests, %.1f kB%n",
        label,
        paint.median(),
        paint.worst(),
        loads.getLast().rows(),
        shown.median(),
        shown.worst(),
        new Figures(loads.stream().map(Load::requests).toList()).median(),
        new Figures(loads.stream().map(Load::bytes).toList()).median() / 1000);
  }

  /** Those of the first app warm up and do not count. */
  private static void transitions(MeasuredPage page, Connection database, String label)
      throws SQLException, InterruptedException {
    var millis = new ArrayList<Double>();
    List<String> apps = healthyApps(database);
    for (String app : apps) {
      double away = transition(page, database, app, "healthy", "unhealthy");
      double back = transition(page, database, app, "unhealthy", "healthy");
      if (!app.equals(apps.getFirst())) {
        millis.add(away);
        millis.add(back);
      }
    }
    Figures figures = new Figures(millis);
    System.out.printf(
        "  %-26s median %.0f ms   worst %.0f ms   of %d%n",
        label, figures.median(), figures.worst(), figures.count());
  }

  private static List<String> healthyApps(Connection database) throws SQLException {
    var apps = new ArrayList<String>();
    try (var select =
        database.prepareStatement(
            "SELECT app_name FROM deployments WHERE node = 'far' AND state = 'healthy' ORDER BY random() LIMIT ?")) {
      select.setInt(1, MOVED_APPS + 1);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          apps.add(row.getString(1));
        }
      }
    }
    return apps;
  }

  /** Milliseconds from the entry's own time to its being seen. */
  private static double transition(
      MeasuredPage page, Connection database, String app, String from, String to)
      throws SQLException, InterruptedException {
    // at any moment between two readings of the history
    Thread.sleep(ThreadLocalRandom.current().nextInt(500, 1500));
    try (var move = database.prepareStatement(MOVE)) {
      move.setString(1, to);
      move.setString(2, to);
      move.setString(3, app);
      move.setString(4, from);
      try (ResultSet row = move.executeQuery()) {
        row.next();
        return page.seen(row.getLong(1)) - row.getDouble(2);
      }
    }
  }
}
