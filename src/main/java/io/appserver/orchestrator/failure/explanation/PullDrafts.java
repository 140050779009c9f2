package io.appserver.orchestrator.failure.explanation;

import io.appserver.orchestrator.failure.FailureCode;

/** Of what keeps an image from being had. */
final class PullDrafts {

  private PullDrafts() {}

  static Draft of(FailureCode code) {
    return switch (code) {
      case IMAGE_NOT_FOUND ->
          Draft.of(
                  "The image is not in the registry",
                  "repository not found: the registry answered that it has no such image or no such"
                      + " tag. The app is given up at once, because trying again cannot help.")
              .causes(
                  "The image was never pushed under that name and tag:"
                      + " `{registry}/{app_name}:{stage}`.",
                  "The stage is wrong: `docker.image.stage` of the app, or"
                      + " `APPSERVER_DOCKER_DEFAULT_IMAGE_STAGE`.",
                  "The registry hides from this login what it may not see; some answer `not found`"
                      + " for `denied`.",
                  "`APPSERVER_DOCKER_REGISTRY_URL` names another registry.")
              .cures(
                  "Ask the registry: `curl -u <user>:<password>"
                      + " https://<registry>/v2/<app>/tags/list`. Push the image, or correct the"
                      + " stage.",
                  "Then redeploy the app, or install it again.",
                  "Check `APPSERVER_DOCKER_REGISTRY_USERNAME` and"
                      + " `APPSERVER_DOCKER_REGISTRY_PASSWORD`.");
      case IMAGE_INVALID ->
          Draft.of(
                  "The image cannot be started",
                  "The registry has the image, and the engine cannot use it: it is not built for"
                      + " the engine's platform, its format is unknown, or its entry point is not"
                      + " there or not executable. The message has the engine's words. The app is"
                      + " given up at once.")
              .causes(
                  "It was built for another processor (`no matching manifest for linux/amd64`,"
                      + " `exec format error`): on a Mac, say, without `--platform`.",
                  "The entry point or command is misspelt, or was not copied into the image.",
                  "It is in an old format (schema 1), or no image of a container at all.",
                  "The script's first line names a shell that the image has not, or it has Windows"
                      + " line ends.",
                  "The user of the image (`USER`) is not in it.")
              .cures(
                  "The engine's words stand in the history's details. Try it by hand: `docker run"
                      + " --rm <image>`.",
                  "Look at it: `docker image inspect <image> --format '{{.Config.Entrypoint}}"
                      + " {{.Config.Cmd}} {{.Architecture}}'`.",
                  "Build it for the engine's platform (`docker version --format"
                      + " '{{.Server.Os}}/{{.Server.Arch}}'`): `docker build --platform linux/amd64"
                      + " …`.",
                  "Build and push it again, then redeploy the app.");
      case REGISTRY_DENIED ->
          Draft.of(
                  "The registry refuses the login",
                  "The registry answered that these credentials are wrong or may not pull this"
                      + " image. Three tries, 10 seconds to a minute apart, then the app is given"
                      + " up.")
              .causes(
                  "`APPSERVER_DOCKER_REGISTRY_USERNAME` or `APPSERVER_DOCKER_REGISTRY_PASSWORD` is"
                      + " wrong, missing or expired.",
                  "The login has no right to this repository.")
              .cures(
                  "Try them: `docker login <registry>`, then `docker pull <image>`.",
                  "Correct the two settings and restart the orchestrator: what was given up for its"
                      + " credentials is tried again at the start.",
                  "If only this app is refused: give the login the right to pull it, then redeploy"
                      + " the app.");
      case REGISTRY_UNREACHABLE ->
          Draft.of(
                  "The registry cannot be reached",
                  "No connection to the registry came about, or it gave no usable answer. It is"
                      + " tried for ever, with pauses up to 5 minutes, and at once when the"
                      + " registry answers again. What runs is not touched.")
              .causes(
                  "The registry is down, or a firewall or proxy is in between.",
                  "`APPSERVER_DOCKER_REGISTRY_URL` names a wrong host or port.",
                  "The engine's host cannot resolve the name.",
                  "The engine does not trust its certificate, or it speaks HTTP only.")
              .cures(
                  "From the engine's host: `curl -i https://<registry>/v2/` must answer 200 or"
                      + " 401.",
                  "Certificates: put the CA into `/etc/docker/certs.d/<registry>/ca.crt`. A"
                      + " registry without TLS must stand in `insecure-registries` of"
                      + " `/etc/docker/daemon.json`.",
                  "Correct `APPSERVER_DOCKER_REGISTRY_URL` and restart the orchestrator.",
                  "Nothing else: it goes on by itself. Restart the app to try at once.");
      case REGISTRY_RATE_LIMITED ->
          Draft.of(
                  "The registry limits the rate of pulls",
                  "The registry answered that there were too many pulls. The next try comes after"
                      + " the time it names, else with growing pauses; it goes on for ever.")
              .causes(
                  "Many apps are installed at once.",
                  "Anonymous pulls are limited more than those of a login.",
                  "Other hosts share the address or the account.")
              .cures(
                  "Wait: it goes on by itself; the time of the next look is shown.",
                  "Set `APPSERVER_DOCKER_REGISTRY_USERNAME` and"
                      + " `APPSERVER_DOCKER_REGISTRY_PASSWORD`, or ask for a higher limit.",
                  "Lower `APPSERVER_DOCKER_MAX_CONCURRENT_DEPLOYMENTS` (default 4), or use a"
                      + " mirror.");
      case PULL_TIMEOUT ->
          Draft.of(
                  "The pull took too long",
                  "timeout pulling image: it was not done within `APPSERVER_DOCKER_PULL_TIMEOUT`,"
                      + " or nothing came for too long. It is tried for ever, with pauses up to 5"
                      + " minutes; layers that are complete are kept.")
              .causes(
                  "The image is large for the time, or the line is slow.",
                  "The connection to the registry hangs: a proxy or firewall drops it without a"
                      + " word.",
                  "The registry limits the rate.")
              .cures(
                  "Raise `APPSERVER_DOCKER_PULL_TIMEOUT` (default 10m) and restart the"
                      + " orchestrator.",
                  "On the engine's host: `docker pull <image>` shows which layer is slow.",
                  "Check the network to the registry, and whether it limits the rate.");
      case PULL_CORRUPT ->
          Draft.of(
                  "The image did not arrive whole",
                  "The data broke off, does not match its digest, or was gone before it was used."
                      + " It is tried for ever, with pauses up to 5 minutes.")
              .causes(
                  "The connection broke in the middle: this passes.",
                  "A layer is missing or damaged in the registry.",
                  "Somebody removed the image between pull and use (`docker image prune`).",
                  "The disk of the engine's host is damaged or full.")
              .cures(
                  "Wait for the next try.",
                  "If it goes on: push the image again, all layers of it.",
                  "On the engine's host: `docker pull <image>`, and `dmesg` for errors of the"
                      + " disk.");
      case DISK_FULL ->
          Draft.of(
                  "The disk of the engine's host is full",
                  "no space left on device: the image or container could not be stored. It is tried"
                      + " for ever, with pauses up to 5 minutes, and at once when the engine"
                      + " reports that an image or a volume was removed.")
              .causes(
                  "Old images, build cache or logs fill the disk.",
                  "A data volume of an app has grown.",
                  "There are no inodes left (`df -i`).")
              .cures(
                  "See what takes the space: `docker system df`, `df -h /var/lib/docker`.",
                  "Remove images that nobody uses: `docker image prune --all`. The orchestrator"
                      + " pulls again what it needs.",
                  "Never `docker volume prune` without looking: data volumes of stopped apps are"
                      + " called `app-<app>-data`.");
      default -> throw new IllegalArgumentException(code + " is not about images");
    };
  }
}
