package io.appserver.orchestrator.runtime.docker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.core.SSLConfig;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What docker-java is to know. Its own configuration would also read DOCKER_* variables, system
 * properties and the user's {@code config.json}: the operator's settings are to be the only ones.
 */
@SuppressWarnings("deprecation") // the interface still names the old SSLConfig
final class EngineClientConfig implements DockerClientConfig {

  private final URI host;
  private final ObjectMapper mapper = DockerClientConfig.getDefaultObjectMapper();

  EngineClientConfig(URI host) {
    this.host = host;
  }

  @Override
  public URI getDockerHost() {
    return host;
  }

  /** None in the paths: the engine then speaks its own newest. */
  @Override
  public RemoteApiVersion getApiVersion() {
    return RemoteApiVersion.UNKNOWN_VERSION;
  }

  /** One for all clients: it learns the types it reads. */
  @Override
  public ObjectMapper getObjectMapper() {
    return mapper;
  }

  /** Credentials go with the pulls that need them. */
  @Override
  public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
    return null;
  }

  @Override
  public @Nullable AuthConfigurations getAuthConfigurations() {
    return null;
  }

  @Override
  public @Nullable SSLConfig getSSLConfig() {
    return null; // the transport has its own
  }

  @Override
  public @Nullable String getRegistryUsername() {
    return null;
  }

  @Override
  public @Nullable String getRegistryPassword() {
    return null;
  }

  @Override
  public @Nullable String getRegistryEmail() {
    return null;
  }

  @Override
  public @Nullable String getRegistryUrl() {
    return null;
  }
}
