package io.appserver.orchestrator.doctor;

import static io.appserver.orchestrator.doctor.Finding.Status.FAILED;
import static io.appserver.orchestrator.doctor.Finding.Status.OK;
import static io.appserver.orchestrator.doctor.Finding.Status.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.failure.Failure;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.intake.BrokerReport;
import io.appserver.orchestrator.intake.BrokerReport.Queue;
import io.appserver.orchestrator.intake.EventSource;
import io.appserver.orchestrator.runtime.EngineInfo;
import io.appserver.orchestrator.runtime.EngineNetwork;
import io.appserver.orchestrator.startup.LoginRights;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is made of what the checks see. */
class JudgementTest {

  private static final String OURS = "orchestrator.subscriber.app.installed";
  private static final EventSource.Status WELL =
      new EventSource.Status(true, Map.of(OURS, 1), List.of());

  private static EngineInfo engine(String version, String api) {
    return new EngineInfo("id", "host", version, api, Optional.empty(), "");
  }

  @ParameterizedTest
  @CsvSource({
    "20.10.24, 1.41, OK",
    "29.0.1, 1.52, OK",
    "19.03.15, 1.40, WARNING",
    "18.09.1, 1.39, WARNING",
    "4.3.1, '', OK",
    "99, 2.0, OK"
  })
  void anEngineBefore2010IsWarnedOf(String version, String api, Finding.Status status) {
    assertThat(EngineCheck.judge(engine(version, api)).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "java.net.SocketException: Permission denied | DOCKER_GID",
        "java.net.SocketException: No such file or directory | Mount the socket",
        "Connection refused | systemctl status docker",
        "does not allow to ping. Allow what docs/docker-endpoints.md lists. | in the proxy"
      })
  void whatKeepsTheEngineAwayHasItsOwnCure(String words, String cure) {
    Failure failure = Failure.of(FailureCode.RUNTIME_UNAVAILABLE, "Cannot connect: " + words);
    Finding finding = EngineCheck.judge(failure);
    assertThat(finding.status()).isEqualTo(FAILED);
    assertThat(finding.cure()).contains(cure);
  }

  @Test
  void aSecondNetworkOfTheNameIsNamed() {
    assertThat(NetworkCheck.judge("net", List.of()).status()).isEqualTo(OK);
    assertThat(
            NetworkCheck.judge("net", List.of(new EngineNetwork("aa", "bridge", 3, List.of())))
                .summary())
        .contains("3 containers");
    Finding twice =
        NetworkCheck.judge(
            "net",
            List.of(
                new EngineNetwork("0123456789abcdef", "bridge", 3, List.of()),
                new EngineNetwork("fedcba9876543210", "bridge", 0, List.of())));
    assertThat(twice.status()).isEqualTo(WARNING);
    assertThat(twice.cure()).contains("docker network rm fedcba987654`");
  }

  @ParameterizedTest
  @CsvSource({
    "172.30.0.0/29, 4, OK",
    "172.30.0.0/29, 5, WARNING",
    "172.30.0.0/24, 227, OK",
    "172.30.0.0/24, 228, WARNING",
    "172.18.0.0/16, 920, OK",
    "172.18.0.0/16, 921, WARNING",
    "fd00::/64, 920, OK",
    "fd00::/64, 921, WARNING",
    "what, 10, OK"
  })
  void aNetworkThatFillsIsTold(String subnet, int containers, Finding.Status status) {
    var network = new EngineNetwork("aa", "bridge", containers, List.of(subnet));

    assertThat(NetworkCheck.judge("net", List.of(network)).status()).isEqualTo(status);
  }

  @Test
  void aFullNetworkIsToldWithItsRoom() {
    var full = new EngineNetwork("aa", "bridge", 5, List.of("172.30.0.0/29", "fd00::/64"));

    assertThat(NetworkCheck.judge("net", List.of(full)).summary())
        .isEqualTo(
            "net is there, with 5 containers in it, which has room for 5; apps fail with no_address once it is full");
  }

  @ParameterizedTest
  @CsvSource({"536870912, FAILED", "2147483648, WARNING", "107374182400, OK"})
  void aDiskThatFillsIsTold(long free, Finding.Status status) {
    assertThat(DiskCheck.judge("/var/lib/docker", free).status()).isEqualTo(status);
  }

  private static BrokerReport report(Map<String, Optional<Queue>> other) {
    var queues = new LinkedHashMap<String, Optional<Queue>>();
    for (String prefix : List.of("orchestrator.subscriber.", "appserver.subscriber.")) {
      for (String key : List.of("app.installed", "app.uninstalled")) {
        queues.put(prefix + key, Optional.of(new Queue(0, 1)));
      }
    }
    queues.put("orchestrator.dead-letter", Optional.of(new Queue(2, 0)));
    queues.putAll(other);
    return new BrokerReport("amqp://b:1/", BrokerReport.Trouble.NONE, "", List.of(), queues);
  }

  @Test
  void queuesAreToldWithWhatIsInThem() {
    Finding well = BrokerCheck.judge(report(Map.of()), WELL);
    assertThat(well.status()).isEqualTo(OK);
    assertThat(well.details())
        .containsEntry("orchestrator.dead-letter", "2 messages, 0 consumers")
        .containsEntry(OURS, "0 messages, 1 consumers");

    Finding gone = BrokerCheck.judge(report(Map.of(OURS, Optional.empty())), WELL);
    assertThat(gone.status()).isEqualTo(FAILED);
    assertThat(gone.summary()).isEqualTo("the queue " + OURS + " is not there");

    Finding idle = BrokerCheck.judge(report(Map.of(OURS, Optional.of(new Queue(7, 0)))), WELL);
    assertThat(idle.summary()).isEqualTo("nobody consumes " + OURS);

    Finding alone =
        BrokerCheck.judge(
            report(Map.of("appserver.subscriber.app.installed", Optional.empty())), WELL);
    assertThat(alone.status()).isEqualTo(WARNING);
    assertThat(alone.cure()).contains("same broker and virtual host");

    Finding putOff = BrokerCheck.judge(report(Map.of()), WELL, List.of("1-2: cannot be read"));
    assertThat(putOff.status()).isEqualTo(WARNING);
    assertThat(putOff.summary()).contains("1-2: cannot be read");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void everyTroubleWithTheBrokerHasACure(BrokerReport.Trouble trouble) {
    var report = new BrokerReport("amqp://b:1/", trouble, "its words", List.of(), Map.of());
    Finding finding = BrokerCheck.judge(report, WELL);
    assertThat(finding.status()).isEqualTo(FAILED);
    assertThat(finding.summary()).startsWith("amqp://b:1/ ").endsWith("its words");
    assertThat(finding.cure()).isNotBlank();
  }

  @ParameterizedTest
  @EnumSource
  void everyAnswerOfTheRegistryIsJudged(RegistryLogin.Kind kind) {
    Finding finding = RegistryCheck.judge(new RegistryLogin.Answer(kind, "its words"), "reg:5000");
    assertThat(finding.summary()).contains("reg:5000");
    assertThat(finding.cure().isEmpty()).isEqualTo(finding.status() == OK);
  }

  @ParameterizedTest
  @CsvSource({
    "28P01, APPSERVER_DB_PASSWORD",
    "3D000, APPSERVER_DB_NAME",
    "53300, max_connections",
    "08001, APPSERVER_DB_HOST",
    "null, Start PostgreSQL"
  })
  void whatKeepsTheDatabaseAwayHasItsOwnCure(String sqlState, String cure) {
    assertThat(DatabaseCheck.unreachable(sqlState, "words").cure()).contains(cure);
  }

  @Test
  void aMigrationThatIsMissingIsNamed() {
    assertThat(DatabaseCheck.judge(List.of()).status()).isEqualTo(OK);
    Finding finding = DatabaseCheck.judge(List.of("4 purges"));
    assertThat(finding.status()).isEqualTo(FAILED);
    assertThat(finding.summary()).contains("4 purges");
  }

  @Test
  void aClockThatIsOutByMoreThanTwoSecondsIsTold() {
    Instant noon = Instant.parse("2026-11-23T12:00:00Z");
    assertThat(ClockCheck.ahead(noon, noon.plusSeconds(1), noon.plusSeconds(3))).isZero();
    assertThat(ClockCheck.ahead(noon, noon.plusSeconds(9), noon.plusSeconds(3)))
        .isEqualTo(Duration.ofSeconds(6));
    assertThat(ClockCheck.ahead(noon, noon.minusSeconds(9), noon))
        .isEqualTo(Duration.ofSeconds(-9));

    Map<String, Optional<Duration>> clocks = new LinkedHashMap<>();
    clocks.put("database", Optional.of(Duration.ofMillis(-2500)));
    clocks.put("engine", Optional.of(Duration.ofMillis(1900)));
    Finding finding = ClockCheck.judge(clocks);
    assertThat(finding.status()).isEqualTo(WARNING);
    assertThat(finding.summary()).isEqualTo("the database's clock is 2.5 s behind this host's");
    clocks.put("database", Optional.empty());
    assertThat(ClockCheck.judge(clocks).status()).isEqualTo(OK);
  }

  @Test
  void settingsThatLookLikeAMistakeAreAllNamed() {
    assertThat(SettingsCheck.judge("production", false, List.of()).status()).isEqualTo(OK);
    Finding finding =
        SettingsCheck.judge("development", true, List.of("APPSERVER_DOCKER_X is not a setting"));
    assertThat(finding.status()).isEqualTo(WARNING);
    assertThat(finding.summary())
        .contains("NODE_ENV is development", "APPSERVER_DB_PASSWORD", "APPSERVER_DOCKER_X");
    assertThat(finding.cure()).startsWith("Set NODE_ENV=production").endsWith(".");
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, true, CHANGED, FAILED",
    "false, true, true, CHANGED, FAILED",
    "false, false, true, CHANGED, WARNING",
    "false, false, false, CHANGED, OK",
    "false, false, false, FIRST_LOGIN, WARNING",
    "false, false, false, FIRST_LOGIN_BESIDE_APPS, FAILED"
  })
  void whatAppsCouldLogInAsIsJudgedByWhatItMayDo(
      boolean administrator,
      boolean owner,
      boolean writer,
      LoginsCheck.BrokerLogin broker,
      Finding.Status status) {
    var rights = new LoginRights(administrator, owner, writer);
    assertThat(LoginsCheck.judge("apps", "appserver", Optional.of(rights), broker).status())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "172.18.0.0/16, 172.18.3.4, true",
    "172.18.0.0/16, 172.19.3.4, false",
    "10.1.2.128/25, 10.1.2.129, true",
    "10.1.2.128/25, 10.1.2.127, false",
    "0.0.0.0/0, 192.0.2.1, true",
    "fd00:1::/64, fd00:1::7, true",
    "fd00:1::/64, fd00:2::7, false",
    "fd00:1::/64, 10.1.2.3, false",
    "0.0.0.0/0, fd00:1::7, false",
    "not a subnet, 10.1.2.3, false",
    "10.0.0.0/99, 10.0.0.0, false"
  })
  void anAddressIsInASubnetIfItsFirstBitsAreTheSame(String subnet, String address, boolean in)
      throws UnknownHostException {
    assertThat(LoginsCheck.isIn(List.of(subnet), InetAddress.getByName(address))).isEqualTo(in);
  }
}
