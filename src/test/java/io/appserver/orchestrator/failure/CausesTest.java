package io.appserver.orchestrator.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

class CausesTest {

  private final ConnectException root = new ConnectException("refused");
  private final IOException middle = new IOException("broken", root);
  private final UncheckedIOException outer = new UncheckedIOException(middle);

  @Test
  void fromTheOutsideToTheRoot() {
    assertThat(Causes.of(outer)).containsExactly(outer, middle, root);
    assertThat(Causes.root(outer)).isSameAs(root);
    assertThat(Causes.root(root)).isSameAs(root);
    assertThat(Causes.of(null)).isEmpty();
  }

  @Test
  void theOutermostOfAKindIsFound() {
    assertThat(Causes.find(outer, IOException.class)).containsSame(middle);
    assertThat(Causes.find(outer, ConnectException.class)).containsSame(root);
    assertThat(Causes.find(outer, IllegalStateException.class)).isEmpty();
  }

  @Test
  void aChainThatBitesItsOwnTailEnds() {
    var one = new IllegalStateException("one");
    var other = new IllegalStateException("other", one);
    one.initCause(other);
    assertThat(Causes.of(one)).hasSizeLessThan(100);
    assertThat(Causes.root(one)).isIn(one, other);
  }
}
