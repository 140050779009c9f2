package io.appserver.orchestrator.failure.explanation;

import io.appserver.orchestrator.failure.FailureCode;
import java.util.List;

/** Of what keeps an app from running. A code without an explanation does not compile. */
final class FailureExplanations {

  private FailureExplanations() {}

  static Explanation of(FailureCode code) {
    Draft draft = draft(code);
    return draft.as(code.code(), code.wokenBy(), actions(code));
  }

  /** What helps an app, and the dead letter that its failing may have left. */
  private static List<String> actions(FailureCode code) {
    return switch (code) {
      case HELD -> List.of("release");
      case VOLUME_CONFLICT -> List.of("keep-data", "purge");
      case DEPENDENCY_MISSING -> List.of("move");
      case DEPENDENCY_FAILED, PLATFORM_SCHEMA, RUNTIME_UNAVAILABLE, ENGINE_BUSY -> List.of();
      case REGISTRY_UNREACHABLE, REGISTRY_RATE_LIMITED, PULL_TIMEOUT, PULL_CORRUPT, DISK_FULL ->
          List.of("restart");
      case IMAGE_NOT_FOUND, IMAGE_INVALID, REGISTRY_DENIED ->
          List.of("redeploy", "replay", "discard");
      case EXITED, OUT_OF_MEMORY, START_TIMEOUT, UNHEALTHY ->
          List.of("restart", "redeploy", "replay", "discard");
      case INVALID_SETTING,
          NAME_CONFLICT,
          DEPENDENCY_CYCLE,
          PORT_CONFLICT,
          NO_ADDRESS,
          ENDPOINT_STALE,
          ENGINE_ERROR,
          CONTAINER_MISSING,
          INTERNAL_ERROR ->
          List.of("restart", "replay", "discard");
    };
  }

  private static Draft draft(FailureCode code) {
    return switch (code) {
      case IMAGE_NOT_FOUND,
          IMAGE_INVALID,
          REGISTRY_DENIED,
          REGISTRY_UNREACHABLE,
          REGISTRY_RATE_LIMITED,
          PULL_TIMEOUT,
          PULL_CORRUPT,
          DISK_FULL ->
          PullDrafts.of(code);
      case INVALID_SETTING ->
          Draft.of(
                  "A setting of the app is wrong",
                  "Nothing was created: a setting of the app has a value that cannot be used. The message names the setting and what is allowed. The app is given up at once, because trying again cannot help.")
              .causes(
                  "A typing error in one of the app's `docker.*` settings.",
                  "`docker.health.mode` is `docker`, and the image has no HEALTHCHECK.",
                  "The engine refuses the combination: less than 6 MB of memory, or a volume path it does not take.",
                  "`docker.volume.path` is a place where nothing can be mounted (`/proc`, `/sys`), or a file of the image.")
              .cures(
                  "Correct the setting in AppServer (`updateSettings`); the change is noticed within seconds and the app is tried again.",
                  "See what is set: `SELECT key, value FROM appserver.settings s JOIN appserver.apps a ON a.id = s.app_id WHERE a.name = '<app>' AND key LIKE 'docker.%'`.",
                  "If the message names no setting of the app, check `APPSERVER_DOCKER_DEFAULT_MEMORY_MB`, `APPSERVER_DOCKER_DEFAULT_CPU_SHARES` and `APPSERVER_DOCKER_DEFAULT_IMAGE_STAGE`.");
      case NAME_CONFLICT ->
          Draft.of(
                  "Another container has the name",
                  "The app's container could not be made: a container called `app-<app>` is there already and does not bear this installation's labels. It was not touched. The app is given up at once.")
              .causes(
                  "A container of the Go orchestrator, or one started by hand, was left behind.",
                  "Another installation works on the same engine with the same container prefix.",
                  "A container outside of the orchestrator uses the app's data volume.")
              .cures(
                  "See whose it is: `docker ps --all --filter name=app-<app> --format '{{.Names}} {{.Image}} {{.Labels}}'`. If nobody needs it: `docker rm --force app-<app>`, then restart the app.",
                  "Moving from the Go orchestrator: set `APPSERVER_DOCKER_ADOPT_EXISTING=true` and restart the orchestrator; containers without labels are then replaced.",
                  "Two installations on one engine: give the second its own `APPSERVER_DOCKER_CONTAINER_PREFIX` and `APPSERVER_DOCKER_NETWORK_NAME`.");
      case DEPENDENCY_CYCLE ->
          Draft.of(
                  "The dependencies go in a circle",
                  "The app needs itself by way of others, so none of them can be first. The message names the whole circle. The app is given up at once.")
              .causes(
                  "A dependency was declared in the wrong direction, or as HARD where SOFT is meant.")
              .cures(
                  "Take one dependency out of the circle in AppServer, or make it SOFT, then restart the app.",
                  "See them: `SELECT a.name, b.name AS needs, d.kind FROM appserver.dependencies d JOIN appserver.apps a ON a.id = d.app_id JOIN appserver.apps b ON b.id = d.depends_on_app_id`.");
      case DEPENDENCY_MISSING ->
          Draft.of(
                  "An app that it needs is not healthy yet",
                  "A HARD dependency is not installed, not healthy, or on another node. The app waits and goes on by itself as soon as that has changed.")
              .causes(
                  "The dependency is still being deployed: this passes.",
                  "The dependency is not installed.",
                  "The dependency runs on another node; HARD ones must be on the same one.")
              .cures(
                  "Look at the dependency that the message names, and cure what keeps that from being healthy.",
                  "If it is not installed: install it (`installApp`).",
                  "If it is on another node: move one of the two.");
      case DEPENDENCY_FAILED ->
          Draft.of(
                  "An app that it needs has failed",
                  "A HARD dependency was given up. The app waits and goes on by itself once the dependency is healthy; one that runs already is left running.")
              .causes("The reason stands at the dependency; the message names it.")
              .cures(
                  "Open the dependency, cure its failure and restart it; nothing needs doing to this app.");
      case PLATFORM_SCHEMA ->
          Draft.of(
                  "The platform's tables cannot be read",
                  "The tables `apps`, `settings` or `dependencies` of AppServer are not there, or not as expected, so it is not known what should run. Everything waits, what runs is left running, and work goes on once they can be read.")
              .causes(
                  "AppServer has not migrated its database yet: this passes.",
                  "`APPSERVER_DB_SCHEMA` or `APPSERVER_DB_NAME` names another place.",
                  "The login has no right to read them.",
                  "A newer AppServer has renamed a column.",
                  "AppServer changes its tables, or they are being restored: this passes.",
                  "The row of the app has an id that is not a UUID, the id of another app, or a state that is none of the platform's words; or a row of its settings or dependencies names such an id.",
                  "Most rows of settings or dependencies are of no app in apps, as while the type of a column is changed.",
                  "All settings of several apps are gone at once: for ten minutes that is not believed.")
              .cures(
                  "Start AppServer, or wait for its migration to end.",
                  "Put the row right: the message names it, and the doctor names all of them.",
                  "If a table is gone for good, have it taken as empty: `DELETE FROM appserver.orchestrator_platform_table WHERE name = '<table>'`.",
                  "Check `APPSERVER_DB_NAME` and `APPSERVER_DB_SCHEMA` (default `appserver`): `psql -c '\\d appserver.apps'` must show `id`, `name` and `state`.",
                  "Let the orchestrator's login read: `GRANT USAGE ON SCHEMA appserver TO <user>; GRANT SELECT ON appserver.apps, appserver.settings, appserver.dependencies TO <user>`.");
      case RUNTIME_UNAVAILABLE ->
          Draft.of(
                  "The Docker engine does not answer",
                  "The engine could not be reached, or did not answer a call. Nothing is counted against the app; it waits and goes on by itself when the engine answers.")
              .causes(
                  "The Docker daemon is down, restarting, or overloaded.",
                  "The socket is not mounted into the orchestrator, or its user may not open it.",
                  "A socket proxy does not reach the engine (status 502, 503, 504), or cut off a change that may still take effect.",
                  "`APPSERVER_DOCKER_HOST` or `APPSERVER_DOCKER_SOCKET_PATH` names another place.")
              .cures(
                  "On the engine's host: `systemctl status docker`, `docker info`; start it again if it is down.",
                  "Check the socket: `ls -la /var/run/docker.sock`; mount it (`/var/run/docker.sock:/var/run/docker.sock:rw`) and give the orchestrator its group (`DOCKER_GID` for `compose.yaml`, `--group-add` for `docker run`).",
                  "Behind a proxy: see its log, and give it time-outs that fit `docs/docker-endpoints.md`.");
      case ENGINE_BUSY ->
          Draft.of(
                  "All places for a call are taken",
                  "A call to the Docker engine was not made, as many others of its kind are under way. Nothing is counted against the app, and nothing is concluded about the engine; it waits and is looked at again.")
              .causes(
                  "Very many health checks of images hang at the same time.",
                  "The engine is slow, and very many apps are worked on at the same time.",
                  "Changes of more than 32 apps hang at the engine, such as the removal of containers whose storage does not answer.")
              .cures(
                  "It passes by itself. The message names the kind of call; see which apps' health checks hang, and give their images a shorter `HEALTHCHECK --timeout`.",
                  "On the engine's host, where changes hang: see what `docker inspect <container>` and the engine's log say of the apps whose containers do not start or end.");
      case HELD ->
          Draft.of(
                  "An operator holds the app",
                  "The app was stopped by an operator and stays so, whatever events come, until it is released. Nothing is wrong.")
              .causes("Somebody held it; who, when and why stand in the message.")
              .cures("Release it when it may run again.");
      case VOLUME_CONFLICT ->
          Draft.of(
                  "Another app's data is in the volume",
                  "The app asks for a data volume (`docker.volume.path`), and the volume `app-<app>-data` holds the data of an app of the same name that has another id, or was made by another installation. The app does not get that data, and nothing was done to it, until an operator says which it is to be. An older version of the app runs on meanwhile.")
              .causes(
                  "The app was removed from AppServer and registered anew: it has a new id, and the data of the old one was never purged.",
                  "Another installation works on the same engine with the same container prefix, or this one had another installation id before.")
              .cures(
                  "If the data is to be this app's: keep it (`POST /api/v1/deployments/<app>/keep-data` with the volume's name).",
                  "If nobody needs it: purge it (`POST /api/v1/deployments/<app>/purge` with the volume's name). The app then gets a new, empty volume.",
                  "To look before you decide: `docker run --rm -v app-<app>-data:/data busybox ls -l /data`.",
                  "Two installations on one engine: give the second its own `APPSERVER_DOCKER_CONTAINER_PREFIX`.");
      case PORT_CONFLICT ->
          Draft.of(
                  "The published port is taken",
                  "port already in use: the app asks for a port of the host (`docker.publish.port`) that something else has. Three tries, then the app is given up.")
              .causes(
                  "Another app publishes the same port.",
                  "A container or a program outside of the orchestrator listens on it.")
              .cures(
                  "Find who has it: `docker ps --filter publish=<port>`, and on the host `ss -ltnp 'sport = :<port>'`. Stop that one.",
                  "Give the app another `docker.publish.port`, or take the setting away: apps are reached within the network without it.");
      case NO_ADDRESS ->
          Draft.of(
                  "The network has no free address",
                  "Each container needs an address of the apps' network and a port of its bridge, and there is none left, or no subnet for the network itself. Eight tries with growing pauses, ten minutes in all, then the app is given up.")
              .causes(
                  "The network's subnet is small: a `/29` has room for five containers, a `/24` for 253.",
                  "Containers of others are in the network.",
                  "A bridge has 1,023 ports, whatever its subnet.",
                  "Networks that nobody uses take up all of the engine's subnets.")
              .cures(
                  "See how full it is: the doctor's finding *network*, or `docker network inspect appserver-network`. Take out of it what is not an app, or uninstall apps.",
                  "Make it larger: hold the apps, remove their containers and the network, make it anew with `docker network create --subnet 10.42.0.0/16 appserver-network`, and release the apps.",
                  "If the message is about making the network: `docker network prune`, or more `default-address-pools` in `/etc/docker/daemon.json`.");
      case ENDPOINT_STALE ->
          Draft.of(
                  "The network still has an endpoint of an earlier container",
                  "The engine did not take the app's earlier container out of the network when it ended, and lets no other of that name in. Eight tries with growing pauses, ten minutes in all, then the app is given up.")
              .causes(
                  "The engine or its host went down hard while the earlier container was being stopped.")
              .cures(
                  "Take the endpoint out: `docker network disconnect --force appserver-network app-<app>`, then restart the app.",
                  "If that does not help: restart the engine (`systemctl restart docker`).");
      case ENGINE_ERROR ->
          Draft.of(
                  "The engine answers with an error",
                  "The engine was asked to do something for this app and answered with an error; its own words stand at the end of the message. Other apps are not concerned. Eight tries with growing pauses, ten minutes in all, then an app that is not running is given up; one that runs is left running.")
              .causes(
                  "The host's firewall rules were flushed, so that the engine's own are missing (`No chain/target/match by that name`).",
                  "A socket proxy denies the call (status 403).",
                  "A socket proxy gave up this call, and not a ping (status 502, 503, 504): its time-outs are too short, or the registry is silent for longer.",
                  "containerd is down or restarting.",
                  "The host has reached a limit: processes, open files, control groups.")
              .cures(
                  "Read the words at the end of the message, and the engine's log: `journalctl -u docker --since -10min`.",
                  "Firewall rules that are missing: restart the engine, which makes them anew (`systemctl restart docker`).",
                  "Behind a proxy: allow all that `docs/docker-endpoints.md` lists, and give it time-outs that fit.",
                  "Once the cause is gone: restart the app.");
      case EXITED ->
          Draft.of(
                  "The app's process ended",
                  "The container stopped by itself. Exit code and last log lines are kept in the history. While installing there are three tries; a running app is restarted up to `APPSERVER_DOCKER_MAX_RESTARTS` times, then given up and left for `docker logs`.")
              .causes(
                  "A fault of the app, told in its last log lines.",
                  "Something it needs at its start is not there: database, AppServer, a variable. Where the log has a message that is known, the failure names it.",
                  "Exit code 137 is a kill: often memory, or somebody's `docker kill`. 127 and 126: the command is not there or not executable. 143: it was asked to end.")
              .cures(
                  "Read its last lines: in the app's timeline, or `docker logs --tail 100 app-<app>` while the container is there.",
                  "See what it was given: `docker inspect app-<app> | jq '.[0].Config.Env'`.",
                  "After a fix in the image: redeploy. After one outside of it: restart.",
                  "To go back to a version that worked: push it under the tag again, or set `docker.image.stage`, and redeploy.");
      case OUT_OF_MEMORY ->
          Draft.of(
                  "The app needs more memory than it may have",
                  "out of memory: the kernel killed the app, or it could not even be started within its limit. Three tries while installing, restarts while running, then the app is given up.")
              .causes(
                  "The limit is too small for this app.",
                  "The app leaks memory: it runs for hours and grows.",
                  "The host itself is out of memory.")
              .cures(
                  "Raise `docker.memory.mb` of the app in AppServer; the change is noticed within seconds. Or raise `APPSERVER_DOCKER_DEFAULT_MEMORY_MB` (default 512) and restart the orchestrator.",
                  "Look at the host: `free -m`, `docker stats --no-stream`. Free memory, or move apps to another node.",
                  "If it grows until it dies: a matter for the app's developers; the times stand in its timeline.");
      case START_TIMEOUT ->
          Draft.of(
                  "The app did not become healthy in time",
                  "The container runs, and its health check did not succeed within `APPSERVER_DOCKER_START_TIMEOUT` of the start. The message has the last probe's answer. Three tries, then the app is given up.")
              .causes(
                  "It waits for something: a database, AppServer, a migration.",
                  "It listens on another port than the one that is asked (`docker.port`, default 3000), or only on 127.0.0.1.",
                  "Its health path is another one, or answers with an error.",
                  "The image's own HEALTHCHECK takes longer than it may: the longer of its own `--timeout` and `APPSERVER_DOCKER_HEALTH_CHECK_TIMEOUT`.",
                  "It simply takes longer.")
              .cures(
                  "Read its log: in the app's timeline, or `docker logs --tail 100 app-<app>` while it starts.",
                  "Set `docker.port`, `docker.health.path` (such as `/health`) or `docker.health.mode` (`auto`, `docker`, `http`, `tcp`, `none`) to what the app really offers.",
                  "Raise `APPSERVER_DOCKER_START_TIMEOUT` (default 2m) and restart the orchestrator.",
                  "A slow HEALTHCHECK: give it a longer `--timeout` (and `--retries`) in the image and redeploy, or raise `APPSERVER_DOCKER_HEALTH_CHECK_TIMEOUT` (default 5s).");
      case UNHEALTHY ->
          Draft.of(
                  "The app does not answer its health check any more",
                  "An app that had been healthy failed `APPSERVER_DOCKER_HEALTH_CHECK_RETRIES` probes in a row. It is restarted, up to `APPSERVER_DOCKER_MAX_RESTARTS` times, then given up.")
              .causes(
                  "The app hangs or is overloaded.",
                  "Something it needs is away, and its health check says so.",
                  "The check's time is too short: `APPSERVER_DOCKER_HEALTH_CHECK_TIMEOUT` (default 5s), or the image's own `--timeout` if that is longer.")
              .cures(
                  "Read its log: in the app's timeline, or `docker logs --tail 100 app-<app>`.",
                  "Ask it as the orchestrator does: `docker exec app-<app> wget -qO- http://127.0.0.1:3000/health`, with its own port and path.",
                  "If it is only slow at times: raise `APPSERVER_DOCKER_HEALTH_CHECK_RETRIES` or `_TIMEOUT` and restart the orchestrator.",
                  "Once the cause is gone: restart the app.");
      case CONTAINER_MISSING ->
          Draft.of(
                  "The container is gone",
                  "The container that the deployment recorded is not at the engine any more. It is made anew by itself; both, `failed (container_missing)` and the new start, stand in the history.")
              .causes(
                  "Somebody removed it (`docker rm`, `docker system prune`).",
                  "The engine's data was cleared, or the host was set up anew.",
                  "The apps' network was removed or made anew, and the container belonged to the old one.")
              .cures(
                  "Nothing, in most cases: see whether the app is healthy again within a minute.",
                  "If it is removed again and again: `docker events --filter event=destroy` shows when; look for a clean-up job on the host.",
                  "If it stays so: restart the app.");
      case INTERNAL_ERROR ->
          Draft.of(
                  "A fault of the orchestrator",
                  "Something happened that the orchestrator was not made for. The app stays as it is and is tried again with growing pauses. An event that it fails on five times, or that ends it five times, becomes a dead letter with this reason.")
              .causes("A bug; the stack trace stands in the orchestrator's log.")
              .cures(
                  "Read the log around that time: `docker logs orchestrator | grep -A 30 \"app_name=<app>\"`.",
                  "Restart the orchestrator: running apps are not touched by that.",
                  "Tell its developers, with the trace and the app's timeline.");
    };
  }
}
