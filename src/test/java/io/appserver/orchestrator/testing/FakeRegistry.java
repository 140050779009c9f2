package io.appserver.orchestrator.testing;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.failure.FailureCode;
import io.appserver.orchestrator.runtime.Cancellation;
import io.appserver.orchestrator.runtime.CancelledException;
import io.appserver.orchestrator.runtime.Image;
import io.appserver.orchestrator.runtime.ImageReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The registry that a {@link FakeEngine} pulls from. */
final class FakeRegistry {

  /** An image with what is in it. */
  record Content(Image image, FakeApp app) {}

  private final Map<String, Content> contents = new LinkedHashMap<>();
  private final Map<String, FailureCode> failures = new LinkedHashMap<>();
  private final Map<String, CountDownLatch> gates = new LinkedHashMap<>();
  private CountDownLatch gate = new CountDownLatch(0);

  synchronized void offer(String reference, FakeApp app) {
    var image =
        new Image(
            "sha256:" + reference,
            "sha256:manifest-of-" + reference,
            app.healthcheck(),
            app.volumes());
    contents.put(reference, new Content(image, app));
  }

  synchronized void withdraw(String reference) {
    contents.remove(reference);
  }

  synchronized void fail(String reference, @Nullable FailureCode code) {
    if (code == null) {
      failures.remove(reference);
    } else {
      failures.put(reference, code);
    }
  }

  synchronized void hold(CountDownLatch latch) {
    gate = latch;
  }

  synchronized void hold(String reference, CountDownLatch latch) {
    gates.put(reference, latch);
  }

  boolean holds(String reference) {
    return gate(reference).getCount() > 0;
  }

  Content pull(ImageReference reference, Cancellation cancellation) {
    awaitGate(gate(reference.toString()), cancellation);
    return content(reference.toString());
  }

  private synchronized CountDownLatch gate(String reference) {
    return gates.getOrDefault(reference, gate);
  }

  private static void awaitGate(CountDownLatch closed, Cancellation cancellation) {
    try {
      while (!closed.await(5, TimeUnit.MILLISECONDS)) {
        if (cancellation.requested()) {
          throw new CancelledException("the pull was cancelled");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted");
    }
  }

  private synchronized Content content(String reference) {
    FailureCode failure = failures.get(reference);
    if (failure != null) {
      throw new DeploymentException(failure, "told to fail the pull of " + reference);
    }
    return Optional.ofNullable(contents.get(reference))
        .orElseThrow(() ->
            new DeploymentException(
                FailureCode.IMAGE_NOT_FOUND, "repository not found: " + reference));
  }
}
