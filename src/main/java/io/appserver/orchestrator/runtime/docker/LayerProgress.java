package io.appserver.orchestrator.runtime.docker;

import com.github.dockerjava.api.model.PullResponseItem;
import io.appserver.orchestrator.runtime.PullProgress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a pull has reported, layer by layer, and when it last reported something new. */
final class LayerProgress {

  private final Map<String, PullProgress.Layer> layers = new LinkedHashMap<>();
  private long lastNews = System.nanoTime();
  private boolean begun;
  private boolean complete;

  /** Takes one line of the report. */
  synchronized void add(PullResponseItem item) {
    String status = item.getStatus() == null ? "" : item.getStatus();
    if (status.contains("Downloaded newer image") || status.contains("Image is up to date")) {
      complete = true;
    }
    if (status.startsWith("Retrying in")) {
      return; // the engine's countdown to the next try is no progress
    }
    String layer = item.getId();
    boolean isNew = layer == null || status.startsWith("Pulling from") || put(layer, status, item);
    if (isNew) {
      begun = true;
      lastNews = System.nanoTime();
    }
  }

  /** True unless it has been reported before. */
  private boolean put(String id, String status, PullResponseItem item) {
    var before = layers.get(id);
    var detail = item.getProgressDetail();
    long known = before == null ? 0 : before.totalBytes();
    Long current = detail == null ? null : detail.getCurrent();
    Long total = detail == null ? null : detail.getTotal();
    // A status without figures tells the end of one with.
    long bytes = current == null ? known : current;
    var now =
        new PullProgress.Layer(id, status, bytes, total == null ? Math.max(known, bytes) : total);
    layers.put(id, now);
    return !now.equals(before);
  }

  synchronized List<PullProgress.Layer> layers() {
    return List.copyOf(layers.values());
  }

  /** {@link System#nanoTime} of the last news, or of the beginning. */
  synchronized long lastNews() {
    return lastNews;
  }

  /** Whether anything was reported at all. */
  synchronized boolean begun() {
    return begun;
  }

  /** Whether the engine has said that the image is there. */
  synchronized boolean complete() {
    return complete;
  }
}
