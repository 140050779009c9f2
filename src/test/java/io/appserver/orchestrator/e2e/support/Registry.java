package io.appserver.orchestrator.e2e.support;

import io.appserver.orchestrator.testing.Command;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The private registry, filled with the images of {@code src/test/images}. */
public final class Registry implements AutoCloseable {

  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

  /**
   * What {@code script/images} put there in this run: the registry, the image and its arguments, to
   * its repository.
   */
  private static final Map<List<String>, String> PUSHED = new ConcurrentHashMap<>();

  private final Services services;
  private final Path checkout;
  private final RegistryDoor door;
  private final Set<String> references = ConcurrentHashMap.newKeySet();

  public Registry(Services services, Path checkout) {
    this.services = services;
    this.checkout = checkout;
    this.door = new RegistryDoor(services.registry());
  }

  /** Where the orchestrator pulls from: everything passes the door. */
  public String address() {
    return door.address();
  }

  /** What stands before the registry, and can be told to be slow. */
  public RegistryDoor door() {
    return door;
  }

  /** Puts the image there as the app's {@code latest}. */
  public void push(String image, App app, String... arguments) {
    push(image, app, Tag.LATEST, arguments);
  }

  /** Puts the image there as the app's. {@code ARG=VALUE} arguments make another image of it. */
  public void push(String image, App app, Tag tag, String... arguments) {
    var imageAndArguments = new ArrayList<>(List.of(image));
    imageAndArguments.addAll(List.of(arguments));
    var key = new ArrayList<>(List.of(services.registry().toString()));
    key.addAll(imageAndArguments);
    String source =
        PUSHED.computeIfAbsent(
            List.copyOf(key), absent -> pushOnce(List.copyOf(imageAndArguments)));
    copy(source, app.name(), tag.code());
    references.add(app.name() + ":" + tag.code());
  }

  /** The stages an image can have. */
  public enum Tag {
    LATEST("latest"),
    PRE_RELEASE("pre-release"),
    TESTING("testing");

    private final String code;

    Tag(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  /** Deletes the app's image, by its digest as the protocol wants it. */
  public void delete(App app, Tag tag) {
    HttpResponse<String> manifest = manifest(app.name(), tag.code());
    String digest = manifest.headers().firstValue("Docker-Content-Digest").orElseThrow();
    call("DELETE", "/v2/" + app.name() + "/manifests/" + digest, "");
  }

  /** The digests of the layers of the app's {@code latest}, from the lowest to the uppermost. */
  public List<String> layers(App app) {
    String text = manifest(app.name(), Tag.LATEST.code()).body();
    return Json.createReader(new StringReader(text)).readObject().getJsonArray("layers").stream()
        .map(layer -> layer.asJsonObject().getString("digest"))
        .toList();
  }

  private String pushOnce(List<String> imageAndArguments) {
    String repository =
        "e2e/"
            + imageAndArguments.getFirst()
            + "-"
            + Integer.toHexString(imageAndArguments.hashCode());
    var command = new ArrayList<String>();
    command.add(checkout.resolve("script/images").toString());
    command.add("push");
    command.add(imageAndArguments.getFirst());
    command.add(repository + ":1");
    command.addAll(imageAndArguments.subList(1, imageAndArguments.size()));
    Command.run(
        services.directory().isEmpty()
            ? Map.of()
            : Map.of(Services.DIRECTORY, services.directory()),
        command.toArray(String[]::new));
    return repository;
  }

  /** Under another name, without sending a byte of it. */
  private void copy(String source, String repository, String tag) {
    String text = manifest(source, "1").body();
    JsonObject manifest = Json.createReader(new StringReader(text)).readObject();
    Stream.concat(
            Stream.of(manifest.getJsonObject("config")),
            manifest.getJsonArray("layers").getValuesAs(JsonObject.class).stream())
        .map(blob -> blob.getString("digest"))
        .forEach(digest ->
            call(
                "POST",
                "/v2/%s/blobs/uploads/?mount=%s&from=%s".formatted(repository, digest, source),
                ""));
    call("PUT", "/v2/" + repository + "/manifests/" + tag, text);
  }

  private HttpResponse<String> manifest(String repository, String tag) {
    return call("GET", "/v2/" + repository + "/manifests/" + tag, "");
  }

  private HttpResponse<String> call(String method, String path, String body) {
    return Http.call(
        method, services.registry().resolve(path), services.registryLogin(), MANIFEST, body);
  }

  /** The references the engine may have pulled, with the address it knows them under. */
  public Stream<String> references() {
    return references.stream().map(reference -> address() + "/" + reference);
  }

  @Override
  public void close() {
    door.close();
  }
}
