package io.appserver.orchestrator.failure.explanation;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.appserver.orchestrator.failure.FailureCode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Messages of apps that the deployment guide's troubleshooting names, recognised in their logs,
 * whatever stands around them there.
 */
public final class KnownMessages {

  private static final KnownMessage DATABASE =
      new KnownMessage(
          "database_configuration_required",
          "database configuration is required",
          "the SDK did not find all of DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD",
          "set APPSERVER_DB_PASSWORD and the other APPSERVER_DB_* of the orchestrator, restart it, and redeploy the app");

  private static final KnownMessage APP_SERVER =
      new KnownMessage(
          "app_server_url_required",
          "AppServerURL is required",
          "the SDK found no APPSERVER_GRAPHQL_HTTP among its variables",
          "check APPSERVER_HTTP_URL of the orchestrator, and redeploy the app");

  private static final KnownMessage ASSETS =
      new KnownMessage(
          "assets_built_in_development",
          "NODE_ENV=development",
          "the app tries to build its assets, and its image has no build tools",
          "set NODE_ENV=production for the orchestrator or remove it there, restart the orchestrator, and redeploy the app");

  private static final Pattern DATABASE_SAID =
      Pattern.compile("database[\\s_-]*config(uration)?\\s+is\\s+required", CASE_INSENSITIVE);

  private static final Pattern APP_SERVER_SAID =
      Pattern.compile("app[\\s_-]*server[\\s_-]*url\\s+is\\s+required", CASE_INSENSITIVE);

  private static final Pattern DEVELOPMENT_SAID =
      Pattern.compile("node_env\\W{0,6}(is\\W{1,3})?development", CASE_INSENSITIVE);

  private static final String TOOL =
      "\\b(vite|webpack|esbuild|rollup|parcel|tsc|npm|npx|yarn|pnpm|sass|tailwindcss|postcss|react-scripts|next)\\b";

  /** Shells, Node and npm each say in their own way that a build did not come about. */
  private static final Pattern BUILD_FAILED =
      Pattern.compile(
          String.join(
              "|",
              TOOL + "[^\\n]{0,40}\\bnot found",
              "command not found:\\s*" + TOOL,
              "\"?" + TOOL + "\"?:[^\\n]{0,60}executable file not found",
              "cannot find (module|package) '[^'\\n]*" + TOOL,
              "spawn " + TOOL + "[^\\n]{0,10} enoent",
              "npm (err!|error)[^\\n]*(elifecycle|missing script|\\bbuild\\b)",
              "npm run build\\W[^\\n]{0,60}(fail|exit|error)",
              TOOL + "[^\\n]{0,40}\\bfailed\\b",
              "(asset|assets|build)[^\\n]{0,20}\\bfailed\\b",
              "failed to (build|compile)"),
          CASE_INSENSITIVE);

  /** Colours. */
  private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;]*[A-Za-z]");

  private KnownMessages() {}

  /**
   * The one that the log has, if it has any.
   *
   * @param log the last lines of the container's log
   * @param nodeEnv the {@code NODE_ENV} that the orchestrator gives its apps now
   */
  public static Optional<KnownMessage> in(String log, String nodeEnv) {
    String plain = ESCAPES.matcher(log).replaceAll("");
    if (DATABASE_SAID.matcher(plain).find()) {
      return Optional.of(DATABASE);
    }
    if (APP_SERVER_SAID.matcher(plain).find()) {
      return Optional.of(APP_SERVER);
    }
    boolean development = nodeEnv.equals("development") || DEVELOPMENT_SAID.matcher(plain).find();
    return development && BUILD_FAILED.matcher(plain).find()
        ? Optional.of(ASSETS)
        : Optional.empty();
  }

  static List<Explanation> explanations() {
    return List.of(
        explanation(
            DATABASE,
            Draft.of(
                    "The app has no database configuration",
                    "The app ended with `database configuration is required`: the SDK expects `DB_HOST`, not `APPSERVER_DB_HOST`. The orchestrator maps its own `APPSERVER_DB_*` to the SDK's names, and gives each app all that it has itself.")
                .causes(
                    "`APPSERVER_DB_PASSWORD` is not set for the orchestrator: the only one of them without a default.",
                    "It was set since: a running container keeps the variables it was made with.",
                    "The app's own start script or image overrides the variables.")
                .cures(
                    "See what it was given: `docker inspect app-<app> | jq '.[0].Config.Env'` must have `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER`, `DB_PASSWORD` and `DB_SSL_MODE`.",
                    "Set `APPSERVER_DB_HOST`, `APPSERVER_DB_PORT`, `APPSERVER_DB_NAME`, `APPSERVER_DB_USER` and `APPSERVER_DB_PASSWORD` for the orchestrator and restart it.",
                    "Then redeploy the app: a running container keeps the variables it was made with.")),
        explanation(
            APP_SERVER,
            Draft.of(
                    "The app has no address of AppServer",
                    "The app ended with `AppServerURL is required`: the SDK expects `APPSERVER_GRAPHQL_HTTP`. The orchestrator always sets it, from `APPSERVER_HTTP_URL`.")
                .causes(
                    "The app's own start script or image overrides the variable.",
                    "The container was not made by this orchestrator.")
                .cures(
                    "See what it was given: `docker inspect app-<app> | jq '.[0].Config.Env'` must have `APPSERVER_GRAPHQL_HTTP`.",
                    "Set `APPSERVER_HTTP_URL` for the orchestrator if AppServer is not at `http://appserver:8080`, and restart it.",
                    "Then redeploy the app: a running container keeps the variables it was made with.")),
        explanation(
            ASSETS,
            Draft.of(
                    "The app tries to build its assets",
                    "The app runs under `NODE_ENV=development` and tries to build its assets at the start; the build tools are not in production images, so it ends.")
                .causes(
                    "`NODE_ENV=development` is set for the orchestrator, which hands it on to every app.",
                    "The image or its start script sets `NODE_ENV=development` itself.")
                .cures(
                    "Set `NODE_ENV: production` in the orchestrator's environment (`docker-compose.yml`), or remove it: `production` is the default. Restart the orchestrator.",
                    "Then redeploy the app: a running container keeps the variables it was made with.",
                    "If it is the image: build it with its assets, push it, and redeploy.")));
  }

  private static Explanation explanation(KnownMessage message, Draft draft) {
    return draft.as(
        message.code(), FailureCode.EXITED.wokenBy(), List.of("redeploy", "replay", "discard"));
  }
}
