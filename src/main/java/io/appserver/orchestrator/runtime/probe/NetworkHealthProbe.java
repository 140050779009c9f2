package io.appserver.orchestrator.runtime.probe;

import io.appserver.orchestrator.failure.DeploymentException;
import io.appserver.orchestrator.runtime.HealthCheck;
import io.appserver.orchestrator.runtime.HealthProbe;
import io.appserver.orchestrator.runtime.ObservedContainer;
import io.appserver.orchestrator.runtime.RuntimeView;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Asks a container at its own address, or runs its test in it. That the engine does not answer when
 * it is to run a test, or refuses to, says nothing of the app, and is thrown.
 */
@Dependent
public class NetworkHealthProbe implements HealthProbe {

  /** What {@link RuntimeView#execute} gives for a test that took too long. */
  private static final int TOOK_TOO_LONG = 124;

  private final RuntimeView view;

  private final Speakers speakers = new Speakers();

  @Inject
  public NetworkHealthProbe(RuntimeView view) {
    this.view = view;
  }

  @Override
  public Result probe(ObservedContainer container, HealthCheck check, Duration timeout) {
    if (!container.running()) {
      String status = container.status().name().toLowerCase(Locale.ROOT);
      return new Result(false, "the container is " + status);
    }
    String address = container.address();
    return switch (check) {
      case HealthCheck.None none -> new Result(true, "the container runs");
      case HealthCheck.Execute run -> execute(container, run, timeout);
      case HealthCheck.Tcp tcp -> at(address, () -> TcpProbe.open(address, tcp.port(), timeout));
      case HealthCheck.Http get ->
          at(
              address,
              () ->
                  HttpProbe.strict(
                      get.port(), get.path(), get(container, get.port(), get.path(), timeout)));
      case HealthCheck.HttpOrOpenPort get ->
          at(address, () -> lenient(container, get.port(), get.path(), timeout));
    };
  }

  /** Under the name by which other apps ask it: some answer to their own names only. */
  private static HttpProbe.Answer get(
      ObservedContainer container, int port, String path, Duration timeout) {
    return HttpProbe.ask(container.address(), container.name().value(), port, path, timeout);
  }

  /** An app that hangs after it spoke HTTP is told from one that never did. */
  private Result lenient(ObservedContainer container, int port, String path, Duration timeout) {
    HttpProbe.Answer answer = get(container, port, path, timeout);
    if (answer instanceof HttpProbe.Answer.Http) {
      speakers.add(container);
    }
    return HttpProbe.lenient(port, path, answer, speakers.include(container));
  }

  private static Result at(String address, Supplier<Result> question) {
    return address.isEmpty()
        ? new Result(false, "the container has no address on the network")
        : question.get();
  }

  private Result execute(ObservedContainer container, HealthCheck.Execute check, Duration timeout) {
    try {
      int code = view.execute(container.id(), check.test(), timeout);
      return switch (code) {
        case 0 -> new Result(true, "the image's health check succeeded");
        case TOOK_TOO_LONG ->
            new Result(
                false,
                "the image's health check took longer than %d ms and its own --timeout"
                    .formatted(timeout.toMillis()));
        default -> new Result(false, "the image's health check ended with " + code);
      };
    } catch (DeploymentException e) {
      if (e.code().isOfHost()) {
        throw e;
      }
      return new Result(false, e.failure().message());
    }
  }
}
