package io.appserver.orchestrator.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as they are served. */
class PagesTest {

  private static final Path PAGES =
      Path.of(System.getProperty("orchestrator.basedir", "")).resolve("src/main/webapp");

  private static final Pattern SCRIPT = Pattern.compile("<script[^>]*>[^<]*");

  /** Browsers keep it for good: what is changed must not have the address of what was. */
  @ParameterizedTest
  @ValueSource(strings = {"index.html", "api-docs.html"})
  void theOnlyScriptIsFoundByItsHash(String page) throws IOException, NoSuchAlgorithmException {
    List<String> scripts =
        SCRIPT
            .matcher(Files.readString(PAGES.resolve(page)))
            .results()
            .map(found -> found.group())
            .toList();

    assertThat(scripts)
        .containsExactly(
            "<script type=\"module\" src=\"/js/boot.js?v=%s\">".formatted(hash("js/boot.js")));
  }

  private static String hash(String file) throws IOException, NoSuchAlgorithmException {
    byte[] content = Files.readAllBytes(PAGES.resolve(file));
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
    return HexFormat.of().formatHex(hash).substring(0, 12);
  }
}
