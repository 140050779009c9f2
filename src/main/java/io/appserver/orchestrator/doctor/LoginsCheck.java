package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.runtime.EngineNetwork;
import io.appserver.orchestrator.runtime.RuntimeView;
import io.appserver.orchestrator.startup.Database;
import io.appserver.orchestrator.startup.LoginRights;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether apps could log in to the database as an owner, or to the broker as its administrator.
 * Every app is told the login {@code APPSERVER_DB_*}, and the broker's first login is known to
 * everybody.
 */
@Singleton
final class LoginsCheck implements Check {

  private static final String NAME = "logins";

  private static final String CURE =
      "See \"Logins of apps\" in docs/operations.md: it has the statements and settings.";

  private final Settings settings;
  private final Database database;
  private final RuntimeView view;

  @Inject
  LoginsCheck(Settings settings, Database database, RuntimeView view) {
    this.settings = settings;
    this.database = database;
    this.view = view;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Finding examine() {
    Optional<LoginRights> rights;
    try {
      rights = database.rightsOf(settings.database().user());
    } catch (SQLException e) {
      return Finding.failed(
          NAME,
          "not known while the database does not answer: " + e.getMessage(),
          "Cure the database first.");
    }
    return judge(
        settings.database().user(),
        settings.database().schema(),
        rights,
        brokerOfApps(URI.create(settings.broker().url().reveal())));
  }

  /** How far apps get with the broker's first login, {@code guest}. */
  enum BrokerLogin {
    /** It is not what the orchestrator uses, or the broker is where no app is. */
    CHANGED,
    /** It is in use; the broker is in none of the networks of the apps. */
    FIRST_LOGIN,
    /** It is in use, and the broker is in a network of the apps. */
    FIRST_LOGIN_BESIDE_APPS
  }

  private BrokerLogin brokerOfApps(URI broker) {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(broker.getHost());
    } catch (UnknownHostException e) {
      addresses = new InetAddress[0]; // the check of the broker says so
    }
    boolean first = "guest:guest".equals(broker.getUserInfo());
    boolean local = Arrays.stream(addresses).anyMatch(InetAddress::isLoopbackAddress);
    if (!first || local) {
      return BrokerLogin.CHANGED;
    }
    List<String> subnets =
        view.networks(settings.containers().networkName()).stream()
            .map(EngineNetwork::subnets)
            .flatMap(List::stream)
            .toList();
    return Arrays.stream(addresses).anyMatch(address -> isIn(subnets, address))
        ? BrokerLogin.FIRST_LOGIN_BESIDE_APPS
        : BrokerLogin.FIRST_LOGIN;
  }

  /**
   * @param subnets such as {@code 172.18.0.0/16}
   */
  static boolean isIn(List<String> subnets, InetAddress address) {
    return subnets.stream().anyMatch(subnet -> isIn(subnet, address));
  }

  private static boolean isIn(String subnet, InetAddress address) {
    int slash = subnet.indexOf('/');
    try {
      // an address in digits, so nothing is looked up
      byte[] network = InetAddress.getByName(subnet.substring(0, slash)).getAddress();
      int bits = Integer.parseInt(subnet.substring(slash + 1));
      byte[] asked = address.getAddress();
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> bit % Byte.SIZE;
        if (network.length != asked.length
            || ((network[bit / Byte.SIZE] ^ asked[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return network.length == asked.length;
    } catch (UnknownHostException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return false; // no subnet that we know the form of
    }
  }

  static Finding judge(
      String user, String schema, Optional<LoginRights> rights, BrokerLogin broker) {
    List<String> failed = new ArrayList<>();
    List<String> warned = new ArrayList<>();
    if (rights.filter(LoginRights::administrator).isPresent()) {
      failed.add(
          "apps are told the database login %s, which is an administrator's".formatted(user));
    } else if (rights.filter(LoginRights::owner).isPresent()) {
      failed.add(
          "apps are told the database login %s, which owns tables of the schema %s"
              .formatted(user, schema));
    } else if (rights.filter(LoginRights::writer).isPresent()) {
      warned.add(
          "apps are told the database login %s, which may change tables of the schema %s"
              .formatted(user, schema));
    } else if (rights.isEmpty()) {
      warned.add(
          "apps are told the database login %s, which the database does not have".formatted(user));
    }
    switch (broker) {
      case CHANGED -> {}
      case FIRST_LOGIN -> warned.add("the broker still has its first login, guest");
      case FIRST_LOGIN_BESIDE_APPS ->
          failed.add(
              "the broker is in the network of the apps, and still has its first login, guest, which is an administrator's");
    }
    List<String> all = new ArrayList<>(failed);
    all.addAll(warned);
    if (all.isEmpty()) {
      return Finding.ok(NAME, "apps can log in nowhere as owner or administrator");
    }
    String summary = String.join("; ", all);
    return failed.isEmpty()
        ? Finding.warning(NAME, summary, CURE)
        : Finding.failed(NAME, summary, CURE);
  }
}
