package io.appserver.orchestrator.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.e2e.support.App;
import io.appserver.orchestrator.e2e.support.EndToEnd;
import io.appserver.orchestrator.e2e.support.Platform;
import io.appserver.orchestrator.e2e.support.Services;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What an app gets to see: the guide's tables, all of them and nothing else. The shared server's
 * own environment holds more, see {@link io.appserver.orchestrator.e2e.support.SharedPlatform}.
 */
@EndToEnd
class EnvironmentE2E {

  private final Platform platform;

  EnvironmentE2E(Platform platform) {
    this.platform = platform;
  }

  @Test
  void anAppSeesExactlyWhatTheGuideLists() {
    App app = platform.healthyApp("de.easy-m.statistics");

    var environment = new TreeMap<>(platform.engine().environment(app.container()));
    assertThat(environment.remove("PATH")).isEqualTo("/bin"); // the image's own
    assertThat(environment.remove("APP_VERSION")).isEqualTo("1");

    assertThat(environment).containsExactlyInAnyOrderEntriesOf(expected(app));
  }

  @Test
  void theProcessInsideSeesTheSame() {
    App app = platform.healthyApp("todos");

    assertThat(platform.engine().execute(app.container(), "cat", "/www/env").output().lines())
        .contains("APP_ID=" + app.id(), "APPSERVER_GRAPHQL_HTTP=http://appserver:8080/graphql")
        .noneMatch(line -> line.contains("planted"));
  }

  private Map<String, String> expected(App app) {
    Services services = platform.services();
    Map<String, String> settings = platform.server().settings();
    var expected = new TreeMap<String, String>();
    // The guide's mapping.
    expected.put("DB_HOST", settings.get("APPSERVER_DB_HOST"));
    expected.put("DB_PORT", settings.get("APPSERVER_DB_PORT"));
    expected.put("DB_NAME", settings.get("APPSERVER_DB_NAME"));
    expected.put("DB_USER", services.databaseLogin().user());
    expected.put("DB_PASSWORD", services.databaseLogin().password());
    expected.put("DB_SSL_MODE", "disable");
    // Allowed prefixes, of what is set.
    settings.forEach((name, value) -> {
      if (name.startsWith("APPSERVER_DB_")) {
        expected.put(name, value);
      }
    });
    expected.put("APPSERVER_EVENTBUS_ENABLED", "true");
    expected.put("APPSERVER_REDIS_HOST", "redis.platform");
    // Generated.
    expected.put("APP_ID", app.id().toString());
    expected.put("APP_NAME", app.name());
    expected.put("APPSERVER_HTTP_URL", "http://appserver:8080");
    expected.put("APPSERVER_GRPC_ADDRESS", "appserver:9091");
    expected.put("APPSERVER_GRAPHQL_URL", "http://appserver:8080/graphql");
    expected.put("APPSERVER_GRAPHQL_HTTP", "http://appserver:8080/graphql");
    expected.put("PORT", "3000");
    expected.put(
        "UPSTREAM_" + app.name().toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"),
        "http://" + app.container() + ":3000");
    expected.put("NODE_ENV", "production");
    return expected;
  }
}
