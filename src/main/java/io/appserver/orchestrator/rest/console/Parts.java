package io.appserver.orchestrator.rest.console;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The modules and styles of the console by their paths, with the libraries that modules import. */
final class Parts {

  /** As {@code boot.js} reads them: {@code from './live.js'}. */
  private static final Pattern IMPORT =
      Pattern.compile("\\b(?:from|import)\\s*(['\"])((?:\\.{1,2})?/[^'\"\\n]+)\\1");

  /** The files of an application: lists what is in a folder whose path ends with a slash. */
  interface Folders {
    @Nullable Set<String> list(String folder);
  }

  interface Files {
    @Nullable InputStream open(String path);
  }

  private final Files files;
  private final Map<String, String> texts = new TreeMap<>();

  private Parts(Files files) {
    this.files = files;
  }

  static Map<String, String> of(Folders folders, Files files) throws IOException {
    var parts = new Parts(files);
    Deque<String> open = new ArrayDeque<>(Set.of("/js/", "/css/"));
    while (!open.isEmpty()) {
      Set<String> inside = folders.list(open.pop());
      for (String path : inside == null ? Set.<String>of() : inside) {
        if (path.endsWith("/")) {
          open.push(path);
        } else {
          parts.add(path);
        }
      }
    }
    return parts.texts;
  }

  private void add(String path) throws IOException {
    Deque<String> wanted = new ArrayDeque<>(Set.of(path));
    while (!wanted.isEmpty()) {
      String next = wanted.pop();
      if (!texts.containsKey(next)) {
        String text = read(next, files);
        texts.put(next, text);
        if (next.endsWith(".js")) {
          wanted.addAll(imports(next, text));
        }
      }
    }
  }

  /** The paths of what a module imports before it runs. */
  static Set<String> imports(String path, String text) {
    var found = new LinkedHashSet<String>();
    Matcher matcher = IMPORT.matcher(text);
    while (matcher.find()) {
      found.add(URI.create(path).resolve(matcher.group(2)).getPath());
    }
    return found;
  }

  static String read(String path, Files files) throws IOException {
    try (InputStream in = files.open(path)) {
      if (in == null) {
        throw new IOException("The application has no " + path);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
