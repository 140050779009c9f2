package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.testing.Command;
import io.appserver.orchestrator.testing.Command.Outcome;
import io.appserver.orchestrator.testing.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page of commands, with what they print, as an operator would try it at a {@link Platform}: its
 * names and addresses stand in for those of {@code compose.yaml}.
 */
public final class Handbook {

  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)( \\w+)?\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern TABLE =
      Pattern.compile("\\bappserver\\.(apps|settings|dependencies|deployments|orchestrator_\\w+)");

  private static final Duration PATIENCE = Patience.SERVER;

  /**
   * What runs in a container there runs beside the tests here; an answer that is an error is one.
   */
  private static final String HERE =
      """
      set -euo pipefail
      docker() {
        case "$1 $2" in
          'logs orchestrator') cat "$CONSOLE" ;;
          'exec postgres') shift 2; command "$@" ;;
          *) timeout 240 "$(type -P docker)" "$@" ;;
        esac
      }
      curl() {
        command curl --fail-with-body "$@"
      }
      """;

  private final Platform platform;
  private final Map<String, String> names;
  private final String text;

  /**
   * One command, or several that belong together.
   *
   * @param elsewhere whether it cannot run here
   * @param printed what it prints, with {@code …} for anything; empty if the page does not say
   */
  public record Block(String commands, boolean elsewhere, List<String> printed) {
    @Override
    public String toString() {
      return commands;
    }
  }

  /**
   * The page at that platform.
   *
   * @param names the page's names of apps, with those they have here
   */
  public Handbook(Platform platform, Path page, Map<String, String> names) {
    this.platform = platform;
    this.names = Map.copyOf(names);
    this.text = read(page);
  }

  private static String read(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The blocks of commands, in the page's order. */
  public List<Block> blocks() {
    var blocks = new ArrayList<Block>();
    Matcher found = BLOCK.matcher(text);
    int end = -1;
    while (found.find()) {
      if (found.group(1).equals("sh")) {
        blocks.add(new Block(found.group(3), found.group(2) != null, List.of()));
        end = found.end();
      } else if (found.group(1).equals("text") && found.start() == end + 1) {
        Block last = blocks.removeLast();
        blocks.add(new Block(last.commands(), last.elsewhere(), found.group(3).lines().toList()));
      }
    }
    return blocks;
  }

  /** As it is called here. */
  public String here(String words) {
    Services services = platform.services();
    String login = services.brokerLogin().user() + ":" + services.brokerLogin().password();
    String said =
        words
            .replace("http://localhost:9080", platform.server().uri("").toString())
            .replace("http://localhost:15672", services.management().toString())
            .replace("https://registry.eacore6.de", services.registry().toString())
            .replace("/var/run/docker.sock", services.engineSocket())
            .replace("%2f", platform.broker().virtualHost())
            .replace("guest:guest", login);
    said = said.replaceAll("\\bguest\\b", services.brokerLogin().user());
    said = TABLE.matcher(said).replaceAll(platform.database().schema() + ".$1");
    for (Map.Entry<String, String> name : names.entrySet()) {
      said = said.replaceAll("\\b" + name.getKey() + "\\b", name.getValue());
    }
    return said;
  }

  /** Runs the block as it is called here. */
  public Outcome run(Block block) {
    return Command.outcome(PATIENCE, environment(), "bash", "-c", HERE + here(block.commands()));
  }

  private Map<String, String> environment() {
    Services services = platform.services();
    String database = services.databaseUrl().replaceFirst("^jdbc:postgresql://([^/]*)/.*", "$1");
    var environment = new HashMap<String, String>();
    environment.put("USER", Api.OPERATOR);
    environment.put("PASSWORD", Api.passwordOf(Api.OPERATOR));
    environment.put("REGISTRY_USERNAME", services.registryLogin().user());
    environment.put("REGISTRY_PASSWORD", services.registryLogin().password());
    environment.put("PGHOST", database.replaceFirst(":.*", ""));
    environment.put("PGPORT", database.replaceFirst(".*:", ""));
    environment.put("PGPASSWORD", services.databaseLogin().password());
    environment.put("DOCKER_HOST", "unix://" + services.engineSocket());
    environment.put("CONSOLE", platform.server().consoleFile().toString());
    environment.put("LC_ALL", "C.UTF-8");
    return environment;
  }

  /** The lines that the page shows and the output has not, in this order. */
  public List<String> missing(Block block, String output) {
    List<String> lines = output.lines().map(Handbook::narrow).toList();
    var missing = new ArrayList<String>();
    int from = 0;
    for (String shown : block.printed()) {
      Pattern pattern = pattern(narrow(here(shown)));
      int at = from;
      while (at < lines.size() && !pattern.matcher(lines.get(at)).matches()) {
        at++;
      }
      if (at == lines.size()) {
        missing.add(shown);
      } else {
        from = at + 1;
      }
    }
    return missing;
  }

  /** Columns are as wide as their widest value. */
  private static String narrow(String line) {
    return line.strip().replaceAll(" +", " ");
  }

  private static Pattern pattern(String shown) {
    return Pattern.compile(
        Arrays.stream(shown.split("…", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }
}
