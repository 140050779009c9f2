package io.appserver.orchestrator.doctor;

import io.appserver.orchestrator.configuration.Settings;
import io.appserver.orchestrator.doctor.RegistryLogin.Answer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Whether the registry answers and takes the login, as far as that can be seen from here. */
@Singleton
final class RegistryCheck implements Check {

  private final Settings.Registry settings;

  @Inject
  RegistryCheck(Settings settings) {
    this.settings = settings.registry();
  }

  @Override
  public String name() {
    return "registry";
  }

  @Override
  public Finding examine() throws InterruptedException {
    Answer answer = new RegistryLogin(settings).ask();
    return judge(answer, settings.url())
        .with("registry", settings.url())
        .with("user", settings.username().orElse("(none)"))
        .with("answer", answer.words());
  }

  static Finding judge(Answer answer, String registry) {
    return switch (answer.kind()) {
      case LOGGED_IN -> Finding.ok("registry", registry + " answers and takes the login");
      case OPEN -> Finding.ok("registry", registry + " answers and asks for no login");
      case WRONG_LOGIN ->
          Finding.failed(
              "registry",
              "%s refuses the login: %s".formatted(registry, answer.words()),
              "Correct APPSERVER_DOCKER_REGISTRY_USERNAME and APPSERVER_DOCKER_REGISTRY_PASSWORD and restart the orchestrator; try them with `docker login %s`."
                  .formatted(registry));
      case NO_LOGIN_SET ->
          Finding.warning(
              "registry",
              registry + " asks for a login, and none is set",
              "Set APPSERVER_DOCKER_REGISTRY_USERNAME and APPSERVER_DOCKER_REGISTRY_PASSWORD and restart the orchestrator, unless all images may be had without.");
      case PLAIN_HTTP ->
          Finding.warning(
              "registry",
              registry + " speaks HTTP without TLS; the login was not sent to it in the clear",
              "Give the registry TLS, or put it into insecure-registries of the engine's /etc/docker/daemon.json, and check the login with `docker login %s`."
                  .formatted(registry));
      case CERTIFICATE ->
          Finding.warning(
              "registry",
              "the certificate of %s is not trusted here: %s".formatted(registry, answer.words()),
              "The engine pulls, and has a trust of its own: put the CA into /etc/docker/certs.d/%1$s/ca.crt on its host and try `docker login %1$s`. For this check the CA must be in Java's trust store as well."
                  .formatted(registry));
      case TLS ->
          Finding.failed(
              "registry",
              "no TLS connection to %s comes about: %s".formatted(registry, answer.words()),
              "Check port and certificate of the registry: `openssl s_client -connect %s`."
                  .formatted(registry.contains(":") ? registry : registry + ":443"));
      case UNREACHABLE ->
          Finding.failed(
              "registry",
              "%s cannot be reached from here: %s".formatted(registry, answer.words()),
              "Start the registry, check APPSERVER_DOCKER_REGISTRY_URL, name service and firewall: `curl -i https://%1$s/v2/` on the engine's host must answer 200 or 401. If only the engine has a way to it, `docker pull` there decides."
                  .formatted(registry));
      case LIMITED ->
          Finding.warning(
              "registry",
              registry + " limits the rate of requests",
              "Wait; pulls go on by themselves. With a login the limit is often higher.");
      case ODD ->
          Finding.failed(
              "registry",
              "%s answers, but not as a registry: %s".formatted(registry, answer.words()),
              "Check that APPSERVER_DOCKER_REGISTRY_URL names a registry (host, or host:port, without a path), and the registry's own log.");
    };
  }
}
