package io.appserver.orchestrator.runtime;

import io.appserver.orchestrator.app.AppId;
import io.appserver.orchestrator.app.AppName;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What marks a container as ours and says what it was made for. A container without this
 * installation's labels is never touched.
 *
 * @param installation the id of this installation of the orchestrator
 * @param node the node that made it
 * @param generation how many containers this deployment has had, this one included, from 1
 * @param specHash what it was made from, see the spec hash of the convergence
 * @param fence the fence of the lease under which it was made
 * @param healthHash by which settings it was to be asked how it is; empty if that was not noted
 */
public record ContainerLabels(
    String installation,
    String node,
    AppId appId,
    AppName appName,
    int generation,
    String specHash,
    long fence,
    String healthHash) {

  public static final String PREFIX = "io.appserver.orchestrator.";
  public static final String INSTALLATION = PREFIX + "installation";
  public static final String NODE = PREFIX + "node";
  public static final String APP_ID = PREFIX + "app-id";
  public static final String APP_NAME = PREFIX + "app-name";
  public static final String GENERATION = PREFIX + "generation";
  public static final String SPEC_HASH = PREFIX + "spec-hash";
  public static final String FENCE = PREFIX + "fence";
  public static final String HEALTH_HASH = PREFIX + "health-hash";

  /** Of one of which it was not noted how it is to be asked. */
  public ContainerLabels(
      String installation,
      String node,
      AppId appId,
      AppName appName,
      int generation,
      String specHash,
      long fence) {
    this(installation, node, appId, appName, generation, specHash, fence, "");
  }

  /** The labels as the engine stores them. */
  public Map<String, String> asMap() {
    var labels = new LinkedHashMap<String, String>();
    labels.put(INSTALLATION, installation);
    labels.put(NODE, node);
    labels.put(APP_ID, appId.toString());
    labels.put(APP_NAME, appName.value());
    labels.put(GENERATION, Integer.toString(generation));
    labels.put(SPEC_HASH, specHash);
    labels.put(FENCE, Long.toString(fence));
    if (!healthHash.isEmpty()) {
      labels.put(HEALTH_HASH, healthHash);
    }
    return labels;
  }

  /** Reads a container's labels; empty unless all of ours are there and make sense. */
  public static Optional<ContainerLabels> read(Map<String, String> labels) {
    var id = Optional.ofNullable(labels.get(APP_ID)).flatMap(AppId::parse);
    var name = Optional.ofNullable(labels.get(APP_NAME)).flatMap(AppName::parse);
    String installation = labels.get(INSTALLATION);
    String node = labels.get(NODE);
    String specHash = labels.get(SPEC_HASH);
    if (id.isEmpty()
        || name.isEmpty()
        || installation == null
        || node == null
        || specHash == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ContainerLabels(
              installation,
              node,
              id.get(),
              name.get(),
              Integer.parseInt(labels.getOrDefault(GENERATION, "")),
              specHash,
              Long.parseLong(labels.getOrDefault(FENCE, "")),
              labels.getOrDefault(HEALTH_HASH, "")));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
