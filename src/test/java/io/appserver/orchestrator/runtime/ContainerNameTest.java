package io.appserver.orchestrator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.appserver.orchestrator.app.AppName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which names we give. */
class ContainerNameTest {

  @ParameterizedTest
  @CsvSource({
    "app-todos, todos, true",
    "app-todos--previous, todos, true",
    "shop.todos, todos, true",
    "todos, todos, true",
    "app-todos-2, todos, false",
    "app-todos-copy, todos, false",
    "elegant_curie, todos, false",
    "App-todos, todos, false",
    "app-todos--previous--previous, todos, false",
    "a-prefix-longer-than-any-todos, todos, false",
    "app-notes, todos, false",
  })
  void aNameIsGivenIfItIsAPrefixAndTheAppsName(String name, String app, boolean given) {
    assertThat(new ContainerName(name).isGivenTo(new AppName(app))).isEqualTo(given);
  }

  @Test
  void aContainerThatWaitsForItsSuccessorHasANameOfItsOwn() {
    ContainerName name = ContainerName.of("app-", new AppName("todos"));
    assertThat(name.aside()).isEqualTo(new ContainerName("app-todos--previous"));
  }
}
