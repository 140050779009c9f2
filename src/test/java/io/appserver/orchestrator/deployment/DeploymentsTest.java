package io.appserver.orchestrator.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which row counts where several bear one name. */
class DeploymentsTest {

  private static final Instant NOW = Instant.parse("2026-11-29T00:00:00Z");

  private final Deployment oldest = row();
  private final Deployment older = row();
  private final Deployment newest = row();
  private final List<Deployment> rows = List.of(oldest, older, newest);

  private static Deployment row() {
    return new Deployment(new AppId(UUID.randomUUID()), new AppName("todos"), "node", NOW);
  }

  private Optional<Deployment> current() {
    return Deployments.current(rows, Optional.empty());
  }

  @Test
  void thatOfTheAppWhichThePlatformHasCountsWhateverItsState() {
    oldest.stopped();
    assertThat(Deployments.current(rows, Optional.of(oldest.appId()))).contains(oldest);
    assertThat(Deployments.current(rows, Optional.of(newest.appId()))).contains(newest);
  }

  @Test
  void withoutOneTheNewestThatIsNotStoppedCounts() {
    assertThat(current()).contains(newest);
    newest.stopped();
    assertThat(current()).contains(older);
  }

  @Test
  void ofStoppedOnesTheOneWithDataCounts() {
    older.hasVolume(Optional.of("app-todos-data"));
    rows.forEach(Deployment::stopped);
    assertThat(current()).contains(older);
  }

  @Test
  void ofNoneNoneCounts() {
    assertThat(Deployments.current(List.of(), Optional.of(oldest.appId()))).isEmpty();
  }
}
