package io.appserver.orchestrator.startup;

import io.appserver.orchestrator.app.AppCatalog;
import io.appserver.orchestrator.app.PlatformUnavailableException;
import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.convergence.work.Identity;
import io.appserver.orchestrator.runtime.EngineInfo;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.flywaydb.core.api.FlywayException;

/**
 * What must be there before any part starts, and is waited for: the database, its tables, and the
 * node's name. Each is asked for again until nothing is in the way, in words; empty then.
 */
@Singleton
class Prerequisites {

  private static final Logger LOG = Logger.getLogger(Prerequisites.class.getName());

  private final Registration registration;
  private final Settings settings;
  private final Database database;
  private final AppCatalog catalog;
  private volatile Optional<Identity> identity = Optional.empty();

  @Inject
  Prerequisites(
      Registration registration, Settings settings, Database database, AppCatalog catalog) {
    this.registration = registration;
    this.settings = settings;
    this.database = database;
    this.catalog = catalog;
  }

  /** Who this is; empty until it is registered. */
  Optional<Identity> identity() {
    return identity;
  }

  String databaseTrouble() {
    return database.trouble();
  }

  String migrationTrouble() {
    try {
      String foreign = database.foreignTable();
      if (foreign.isEmpty()) {
        database.migrate();
      }
      return foreign;
    } catch (SQLException e) {
      return "the database does not answer: " + e.getMessage();
    } catch (FlywayException e) {
      LOG.log(Level.FINE, "the migration failed", e);
      return "they could not be brought up to date: " + e.getMessage();
    }
  }

  String platformTrouble() {
    try {
      catalog.takeNote();
      Set<String> absent = catalog.report().absent();
      if (!absent.isEmpty()) {
        LOG.warning(() ->
            "the platform's tables %s are not there, and never were: taken as empty"
                .formatted(absent));
      }
      return "";
    } catch (PlatformUnavailableException e) {
      return String.valueOf(e.getMessage());
    }
  }

  String registrationTrouble(EngineInfo engine) {
    try {
      Identity who = new Identity(installation(), nodeName(engine), UUID.randomUUID());
      String trouble = registration.trouble(database.nodes(), who, engine.id());
      if (trouble.isEmpty()) {
        identity = Optional.of(who);
      }
      return trouble;
    } catch (SQLException e) {
      return "the database refused it: " + e.getMessage();
    }
  }

  private String nodeName(EngineInfo engine) {
    return settings.engine().nodeName().orElse(engine.name());
  }

  private String installation() throws SQLException {
    return settings.engine().installationId().isPresent()
        ? settings.engine().installationId().get()
        : database.installationId();
  }

  /**
   * Asks whether the node's name is still this engine's, and takes it again if nobody has it.
   *
   * @throws Gate.RefusedException if somebody else is in the way, with the cure
   */
  void renewRegistration(EngineInfo engine) throws SQLException {
    registration.renew(database.nodes(), identity.orElseThrow(), engine.id());
  }
}
