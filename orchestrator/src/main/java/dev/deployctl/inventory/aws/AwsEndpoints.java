package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Endpoints of services other than AWS's own; SDK v1 silently ignores these settings. */
public final class AwsEndpoints {
  private final AwsEnvironment environment;
  private final AwsProfiles profiles;

  public AwsEndpoints(AwsEnvironment environment, AwsProfiles profiles) {
    this.environment = environment;
    this.profiles = profiles;
  }

  /**
   * Returns the endpoint of a service, or null for that of AWS.
   *
   * @param service {@code ec2}, {@code sts} or {@code cloudwatch}
   * @param configured the endpoint of deployctl.yml, or null
   */
  public @Nullable String of(String service, String region, @Nullable String configured) {
    if (configured != null) {
      return checked(configured, "inventory.ec2.endpoint");
    }
    if (!isSet("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")) {
      String variable = "AWS_ENDPOINT_URL_" + service.toUpperCase(Locale.ROOT);
      for (String name : new String[] {variable, "AWS_ENDPOINT_URL"}) {
        String url = environment.variable(name);
        if (url != null) {
          return checked(url, name);
        }
      }
      String ofService = profiles.serviceValue(service + ".endpoint_url");
      String ofProfile = ofService == null ? profiles.value("endpoint_url") : ofService;
      if (ofProfile != null) {
        return checked(ofProfile, "the AWS profile " + profiles.chosen());
      }
    }
    return isSet("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
        ? "https://" + host(service) + "-fips." + region + ".amazonaws.com"
        : null;
  }

  /** Returns the name of a service in host names, which differs from that in settings. */
  private static String host(String service) {
    return service.equals("cloudwatch") ? "monitoring" : service;
  }

  private boolean isSet(String variable, String key) {
    String value = environment.variable(variable);
    return "true".equalsIgnoreCase(value == null ? profiles.value(key) : value);
  }

  private static String checked(String url, String source) {
    try {
      URI uri = URI.create(url);
      String scheme = uri.getScheme();
      if (uri.getHost() != null && ("http".equals(scheme) || "https".equals(scheme))) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, like every other text that is no URL.
    }
    throw new DeployException(
        FailureKind.CONFIG,
        "not an endpoint: " + Quoted.of(url) + ", from " + source,
        "write it as https://host or http://host:port");
  }
}
