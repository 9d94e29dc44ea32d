package dev.deployctl.inventory.aws;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.Protocol;
import com.amazonaws.retry.RetryMode;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of the connections to AWS: time-outs, proxy and trusted authorities, as of the CLI. */
public final class AwsConnections {
  private final AwsEnvironment environment;
  private final @Nullable AwsTrust trust;

  public AwsConnections(AwsEnvironment environment, AwsProfiles profiles) {
    this.environment = environment;
    this.trust = AwsTrust.of(environment, profiles);
  }

  /**
   * Returns the configuration of the SDK for one service.
   *
   * @param endpoint the endpoint of the service, or null for that of AWS
   * @param service {@code ec2}, {@code sts} or {@code monitoring}
   */
  ClientConfiguration to(@Nullable String endpoint, String service, String region) {
    URI uri = URI.create(endpoint == null ? own(service, region) : endpoint);
    AwsEnvironment.Timeouts timeouts = environment.timeouts();
    ClientConfiguration configuration =
        new ClientConfiguration()
            .withConnectionTimeout(millis(timeouts.connect()))
            .withSocketTimeout(millis(timeouts.socket()))
            .withClientExecutionTimeout(millis(timeouts.whole()))
            .withRetryMode(RetryMode.STANDARD)
            .withUserAgentSuffix("deployctl");
    if ("http".equals(uri.getScheme())) {
      configuration.setProtocol(Protocol.HTTP);
    }
    if (System.getProperty(uri.getScheme() + ".proxyHost") == null) {
      setProxy(configuration, uri);
    }
    if (trust != null) {
      configuration.getApacheHttpClientConfig().setSslSocketFactory(trust.sockets());
    }
    return configuration;
  }

  private void setProxy(ClientConfiguration configuration, URI uri) {
    AwsProxy proxy = AwsProxy.of(uri, environment);
    if (proxy == null) {
      // Otherwise the SDK takes a proxy from variables that are not for this scheme.
      configuration.setProxyPort(0);
      return;
    }
    configuration
        .withProxyProtocol(proxy.tls() ? Protocol.HTTPS : Protocol.HTTP)
        .withProxyHost(proxy.host())
        .withProxyPort(proxy.port())
        .withNonProxyHosts("");
    if (!proxy.user().isEmpty()) {
      configuration
          .withProxyUsername(proxy.user())
          .withProxyPassword(proxy.password())
          .withPreemptiveBasicProxyAuth(true);
    }
  }

  /** Returns AWS's own endpoint of a service. */
  static String own(String service, String region) {
    String domain = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
    return "https://" + service + "." + region + domain;
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
