package io.appserver.orchestrator.crash;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * This process's own class path as jars only, as the JVM wants it for keeping what it has read of
 * it in an archive: that halves what it costs to start a child.
 */
final class ClassPath {

  private static final String JARS = packed();

  private ClassPath() {}

  static String jars() {
    return JARS;
  }

  private static String packed() {
    var jars = new ArrayList<String>();
    var directories = new ArrayList<Path>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Files.isDirectory(Path.of(entry))) {
        directories.add(Path.of(entry));
      } else {
        jars.add(entry);
      }
    }
    jars.addFirst(pack(directories).toString());
    return String.join(File.pathSeparator, jars);
  }

  private static Path target() {
    Path checkout = Path.of(System.getProperty("orchestrator.basedir", "")).toAbsolutePath();
    try {
      return Files.createDirectories(checkout.resolve("target/crash"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path pack(List<Path> directories) {
    Path jar = target().resolve("classes-%d.jar".formatted(ProcessHandle.current().pid()));
    jar.toFile().deleteOnExit();
    Set<String> known = new HashSet<>();
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.setLevel(Deflater.NO_COMPRESSION);
      for (Path directory : directories) {
        try (Stream<Path> files = Files.walk(directory)) {
          for (Path file : files.filter(Files::isRegularFile).toList()) {
            String name = directory.relativize(file).toString();
            if (known.add(name)) {
              out.putNextEntry(new JarEntry(name));
              Files.copy(file, out);
            }
          }
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
