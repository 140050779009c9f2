package io.appserver.orchestrator.testing;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** Tests on one real database, each in a {@link Workshop} of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class InWorkshop {

  protected TestDatabase database;
  protected Workshop shop;

  @BeforeAll
  void createDatabase() {
    database = TestDatabase.create();
  }

  @AfterAll
  void dropDatabase() {
    database.close();
  }

  @BeforeEach
  void openWorkshop() {
    shop = new Workshop(database, Duration.ofSeconds(2));
  }

  @AfterEach
  void closeWorkshop() {
    shop.close();
  }
}
