package io.appserver.orchestrator.configuration;

import static io.appserver.orchestrator.configuration.ValueFormats.FLAG;
import static io.appserver.orchestrator.configuration.ValueFormats.PORT;
import static io.appserver.orchestrator.configuration.ValueFormats.named;
import static io.appserver.orchestrator.configuration.ValueFormats.oneOf;

/** What the server reads, and not the orchestrator: only told of here. */
final class ServerVariables {

  static final VariableGroup SERVER = new VariableGroup("The server itself");
  static final VariableGroup TRACES = new VariableGroup("Traces (OpenTelemetry)");

  static {
    SERVER.of(
        "HTTP_HOST",
        named("address", ValueFormats.TEXT),
        "*",
        "where `/health`, `/metrics`, the console and the API answer; `*` is all of the host's addresses");
    SERVER.of("HTTP_PORT", PORT, "9080", "");
    SERVER.of(
        "WLP_LOGGING_CONSOLE_FORMAT",
        oneOf("simple", "dev", "json"),
        "simple",
        "of the log; `json` is one document a line, with the text as `message`, but for what the JVM itself says: four lines at the start where traces are on, since Java 24");
    TRACES.of(
        "OTEL_SDK_DISABLED",
        FLAG,
        "true",
        "`false` switches traces on; all `OTEL_*` variables of [OpenTelemetry](https://opentelemetry.io/docs/languages/sdk-configuration/) are taken then");
    TRACES.of(
        "OTEL_SERVICE_NAME", ValueFormats.TEXT, "orchestrator", "the name under which traces go");
    TRACES.of(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        named("URL", ValueFormats.TEXT),
        "http://localhost:4317",
        "where traces go");
    TRACES.of(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        oneOf("grpc", "http/protobuf"),
        "grpc",
        "`grpc` mostly on port 4317, `http/protobuf` on 4318");
    TRACES.of(
        "OTEL_METRICS_EXPORTER",
        oneOf("otlp", "none"),
        "otlp",
        "the server's own metrics go the same way unless told otherwise");
    TRACES.of(
        "OTEL_LOGS_EXPORTER",
        oneOf("otlp", "none"),
        "otlp",
        "the server's log lines go the same way unless told otherwise");
  }

  private ServerVariables() {}
}
