package io.appserver.orchestrator.app;

import static io.appserver.orchestrator.configuration.ValueFormats.CPU_SHARES;
import static io.appserver.orchestrator.configuration.ValueFormats.IMAGE_STAGE;
import static io.appserver.orchestrator.configuration.ValueFormats.MEMORY_MB;
import static io.appserver.orchestrator.configuration.ValueFormats.PORT;
import static io.appserver.orchestrator.configuration.ValueFormats.oneOf;

import io.appserver.orchestrator.configuration.SettingsProblem;
import io.appserver.orchestrator.configuration.ValueFormat;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the platform's settings of one app say about its container. What is empty follows the
 * operator's defaults.
 *
 * @param imageStage {@code docker.image.stage}: latest, pre-release or testing
 * @param port {@code docker.port}, which the app listens on
 * @param publishPort {@code docker.publish.port}, of the host
 * @param healthPath {@code docker.health.path}, from its slash on, with a query where wanted
 * @param healthMode {@code docker.health.mode}; {@code auto} unless set
 * @param memoryMb {@code docker.memory.mb}
 * @param cpuShares {@code docker.cpu.shares}
 * @param volumePath {@code docker.volume.path}: where the app's data volume goes, absolute
 */
public record AppSettings(
    Optional<String> imageStage,
    Optional<Integer> port,
    Optional<Integer> publishPort,
    Optional<String> healthPath,
    HealthMode healthMode,
    Optional<Long> memoryMb,
    Optional<Integer> cpuShares,
    Optional<String> volumePath) {

  private static final int MAX_PATH_LENGTH = 1024;

  private static final ValueFormat<HealthMode> HEALTH_MODE =
      text ->
          HealthMode.valueOf(
              oneOf("auto", "docker", "http", "tcp", "none").read(text).toUpperCase(Locale.ROOT));

  private static final ValueFormat<String> HEALTH_PATH =
      text -> {
        if (text.startsWith("/") && text.length() <= MAX_PATH_LENGTH && isPathOfUrl(text)) {
          return text;
        }
        throw new IllegalArgumentException(
            "must be the path of a URL from its slash on, such as /health, of at most %d characters"
                .formatted(MAX_PATH_LENGTH));
      };

  private static final ValueFormat<String> VOLUME_PATH =
      text -> {
        if (text.length() <= MAX_PATH_LENGTH
            && text.matches("(?:/(?!\\.{1,2}(?:/|$))[^/:\\p{Cntrl}]+)+")) {
          return text;
        }
        throw new IllegalArgumentException(
            "must be an absolute path such as /data, without '.', '..', '//', ':' or a slash at its"
                + " end");
      };

  /** What reading them came to. */
  public sealed interface Parsed {}

  /**
   * All settings are right.
   *
   * @param warnings what has no effect though it looks as if it should
   */
  public record Valid(AppSettings settings, List<String> warnings) implements Parsed {
    public Valid {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Some are wrong, and none of them is to be followed.
   *
   * @param problems a sentence for each wrong setting: key, value, what is allowed
   */
  public record Invalid(List<String> problems) implements Parsed {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /**
   * Reads the app's settings, key to value; keys that do not begin with {@code docker.} are others'
   * business. A value may be a JSON string, which is decoded; a blank one and the JSON null are as
   * good as none.
   */
  public static Parsed parse(Map<String, String> settings) {
    var reader = new Reader(settings);
    var parsed =
        new AppSettings(
            reader.find("docker.image.stage", IMAGE_STAGE),
            reader.find("docker.port", PORT),
            reader.find("docker.publish.port", PORT),
            reader.find("docker.health.path", HEALTH_PATH),
            reader.find("docker.health.mode", HEALTH_MODE).orElse(HealthMode.AUTO),
            reader.find("docker.memory.mb", MEMORY_MB),
            reader.find("docker.cpu.shares", CPU_SHARES),
            reader.find("docker.volume.path", VOLUME_PATH));
    return reader.problems.isEmpty()
        ? new Valid(parsed, reader.unknownKeys())
        : new Invalid(reader.problems);
  }

  /** The same, for an app that listens on another port; on the default one, if none is given. */
  public AppSettings listeningOn(Optional<Integer> another) {
    return new AppSettings(
        imageStage, another, publishPort, healthPath, healthMode, memoryMb, cpuShares, volumePath);
  }

  /** What an app without settings has. */
  public static AppSettings none() {
    return ((Valid) parse(Map.of())).settings();
  }

  /** Whether none of the settings, key to value, is the orchestrator's business. */
  public static boolean areAbsent(Map<String, String> settings) {
    return settings.entrySet().stream()
        .noneMatch(setting ->
            setting.getKey().startsWith("docker.")
                && !Reader.decoded(setting.getValue().strip()).isEmpty());
  }

  private static boolean isPathOfUrl(String text) {
    boolean visibleAscii = text.chars().allMatch(c -> c > ' ' && c < 127);
    try {
      return visibleAscii && new URI("http://app" + text).getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** One pass over an app's settings. */
  private static final class Reader {
    private final Map<String, String> settings;
    private final Set<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    Reader(Map<String, String> settings) {
      this.settings = settings;
    }

    <T> Optional<T> find(String key, ValueFormat<T> format) {
      known.add(key);
      String text = decoded(settings.getOrDefault(key, "").strip());
      if (text.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(format.read(text));
      } catch (IllegalArgumentException e) {
        problems.add(SettingsProblem.of(key, text, String.valueOf(e.getMessage())).toString());
        return Optional.empty();
      }
    }

    List<String> unknownKeys() {
      return new TreeSet<>(settings.keySet())
          .stream()
              .filter(key -> key.startsWith("docker.") && !known.contains(key))
              .map(key ->
                  SettingsProblem.shownText(key)
                      + " is not a setting of the orchestrator and has no effect")
              .toList();
    }

    /** What a JSON string or a JSON null stands for; any other text is the value itself. */
    private static String decoded(String text) {
      boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
      if (!quoted && !text.equals("null")) {
        return text;
      }
      try (var reader = Json.createReader(new StringReader("[" + text + "]"))) {
        JsonArray one = reader.readArray(); // of the whole text, and not only of how it begins
        if (one.size() == 1) {
          return one.getFirst() instanceof JsonString string ? string.getString().strip() : "";
        }
        return text;
      } catch (JsonException e) {
        return text.substring(1, text.length() - 1).strip(); // quotes that somebody put by hand
      }
    }
  }
}
