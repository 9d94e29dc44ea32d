package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The proxy for an address, from variables, by the rules of the AWS CLI: http_proxy for http and
 * https_proxy for https, with precedence for small letters, and no_proxy for suffixes of names.
 *
 * @param tls whether the connection to the proxy itself uses TLS
 * @param user empty if the proxy needs none
 */
record AwsProxy(boolean tls, String host, int port, String user, String password) {

  /** Returns the proxy to use, or null for a direct connection. */
  static @Nullable AwsProxy of(URI address, AwsEnvironment environment) {
    String name = address.getScheme() + "_proxy";
    String given = variable(environment, name);
    String excluded = variable(environment, "no_proxy");
    if (given == null || (excluded != null && excludes(excluded, address))) {
      return null;
    }
    String text = given.startsWith("//") ? "http:" + given : given;
    text = text.matches("(?i)https?://.*") ? text : "http://" + text;
    try {
      URI uri = URI.create(text);
      boolean tls = "https".equalsIgnoreCase(uri.getScheme());
      String host = uri.getHost();
      if (host != null) {
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        String login = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
        int colon = login.indexOf(':');
        return new AwsProxy(
            tls,
            host,
            port,
            decoded(colon < 0 ? login : login.substring(0, colon)),
            decoded(colon < 0 ? "" : login.substring(colon + 1)));
      }
    } catch (IllegalArgumentException notAnAddress) {
      // Reported below, without the text, which may have a password.
    }
    throw new DeployException(
        FailureKind.CONFIG,
        "the variable " + name + " (or in capitals) names no proxy",
        "write it as http://host:port, with special characters of a password percent-encoded");
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static boolean excludes(String names, URI address) {
    String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
    String bare = host.replaceAll("^\\[|]$", "");
    String full = address.getPort() < 0 ? host : host + ":" + address.getPort();
    for (String one : names.split(",", -1)) {
      String name = one.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\.+", "");
      boolean matches =
          bare.equals(name)
              || full.equals(name)
              || host.endsWith("." + name)
              || full.endsWith("." + name);
      if (name.equals("*") || (matches && !name.isEmpty())) {
        return true;
      }
    }
    return false;
  }

  /** Returns the variable in small letters, even if it is empty; otherwise that in capitals. */
  private static @Nullable String variable(AwsEnvironment environment, String name) {
    if (environment.variables().containsKey(name)) {
      return environment.variable(name);
    }
    return environment.variable(name.toUpperCase(Locale.ROOT));
  }
}
