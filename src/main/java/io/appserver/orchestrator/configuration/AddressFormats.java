package io.appserver.orchestrator.configuration;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The formats of addresses. */
final class AddressFormats {

  /**
   * Host names as Docker Compose allows them for services, so with underscores; and IPv6 in
   * brackets.
   */
  private static final String HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\\[[0-9A-Fa-f:.]+])";

  private static final Pattern HOST_PERHAPS_PORT =
      Pattern.compile(HOST + "(?::(?<port>[0-9]{1,5}))?");

  /** An image's name has at most 255 characters, and 128 of them are the app's. */
  private static final int MAX_REGISTRY_LENGTH = 126;

  /** The part of an image reference before the repository. */
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
              + "|\\[[0-9A-Fa-f:.]+])(?::(?<port>[0-9]{1,5}))?");

  /** A host name, or an IPv6 address without brackets. */
  static final ValueFormat<String> HOST_NAME =
      ValueFormats.matching(
          HOST + "|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+",
          "a host name or an IP address, without scheme, port or path");

  static final ValueFormat<String> HOST_PORT =
      text -> {
        if (isHostAndPort(text)) {
          return text;
        }
        throw new IllegalArgumentException("must be host:port, such as appserver:9091");
      };

  static final ValueFormat<String> HTTP_URL =
      text -> {
        boolean valid =
            uri(text, Set.of("http", "https"))
                .filter(uri -> isHostPerhapsPort(uri.getRawAuthority()))
                .filter(uri -> uri.getRawQuery() == null && uri.getRawFragment() == null)
                .isPresent();
        if (valid) {
          return text;
        }
        throw new IllegalArgumentException(
            "must be an http:// or https:// URL without credentials and query,"
                + " such as http://appserver:8080");
      };

  /** Something that can be fetched. */
  static final ValueFormat<URI> HTTP_DOCUMENT =
      text ->
          uri(text, Set.of("http", "https"))
              .filter(uri -> isHostPerhapsPort(uri.getRawAuthority()))
              .filter(uri -> uri.getRawFragment() == null)
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "must be an http:// or https:// URL without credentials"));

  /**
   * What the AMQP client takes. A host that is no host name by the URI standard (an underscore will
   * do) is refused here, because that client would silently connect to localhost instead.
   */
  static final ValueFormat<String> BROKER_URL =
      text -> {
        boolean valid =
            uri(text, Set.of("amqp", "amqps"))
                .filter(uri -> uri.getHost() != null && uri.getRawFragment() == null)
                .filter(uri -> uri.getPort() == -1 || isPort(uri.getPort()))
                .filter(uri -> uri.getRawPath().lastIndexOf('/') <= 0) // one segment, or none
                .filter(uri -> isUserPerhapsPassword(uri.getRawUserInfo()))
                .isPresent();
        if (valid) {
          return text;
        }
        throw new IllegalArgumentException(
            "must be amqp://user:password@host:port/vhost (or amqps://), with what is special in"
                + " user, password or vhost percent-encoded (/ as %2F), and no underscore in the host");
      };

  /** The engine's address: TCP, or a Unix socket. */
  static final ValueFormat<String> ENGINE =
      text -> {
        boolean tcp = text.startsWith("tcp://") && isHostAndPort(text.substring(6));
        if (tcp || text.matches("unix:///[^\\p{Cntrl}]+")) {
          return text;
        }
        throw new IllegalArgumentException(
            "must be tcp://host:port (or unix:///path), such as tcp://docker-proxy:2375");
      };

  /** The path of a Unix socket; {@code unix://} before it is forgiven. */
  static final ValueFormat<String> SOCKET_PATH =
      text -> {
        String path = text.startsWith("unix://") ? text.substring(7) : text;
        if (path.matches("/[^\\p{Cntrl}]+")) {
          return path;
        }
        throw new IllegalArgumentException(
            "must be an absolute path, such as /var/run/docker.sock");
      };

  /**
   * A registry's host, or host and port; {@code https://} before it and a slash after it are
   * forgiven. The engine decides itself whether it speaks TLS to it.
   */
  static final ValueFormat<String> REGISTRY_HOST =
      text -> {
        String bare = text.replaceFirst("^https?://", "").replaceFirst("/+$", "");
        if (bare.contains("/")) {
          throw new IllegalArgumentException(
              "must be a registry's host or host:port without a path:"
                  + " images are always {registry}/{app_name}:{stage}");
        }
        if (bare.length() > MAX_REGISTRY_LENGTH || !matchesWithPort(REGISTRY, bare)) {
          throw new IllegalArgumentException(
              "must be a registry's host or host:port, such as registry.eacore6.de");
        }
        if (!bare.contains(".") && !bare.contains(":") && !bare.equals("localhost")) {
          throw new IllegalArgumentException(
              "must have a dot or a port (such as registry:443): Docker takes a plain word before"
                  + " the slash for an account on Docker Hub");
        }
        return bare;
      };

  private AddressFormats() {}

  private static boolean isHostAndPort(String text) {
    return isHostPerhapsPort(text) && text.matches(".*:[0-9]+");
  }

  private static boolean isHostPerhapsPort(@Nullable String text) {
    return text != null && matchesWithPort(HOST_PERHAPS_PORT, text);
  }

  private static boolean matchesWithPort(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    return matcher.matches()
        && (matcher.group("port") == null || isPort(Integer.parseInt(matcher.group("port"))));
  }

  private static boolean isPort(int number) {
    return number >= 1 && number <= 65_535;
  }

  private static boolean isUserPerhapsPassword(@Nullable String userInfo) {
    return userInfo == null || userInfo.matches("[^:]+(?::[^:]*)?");
  }

  private static Optional<URI> uri(String text, Set<String> schemes) {
    try {
      var uri = new URI(text);
      boolean known = uri.getScheme() != null && schemes.contains(uri.getScheme());
      return known && !uri.isOpaque() ? Optional.of(uri) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty(); // its message repeats the text, which may hold a password
    }
  }
}
