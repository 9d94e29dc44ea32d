package dev.deployctl.inventory.aws;

import com.amazonaws.ClientConfiguration;
import com.amazonaws.Protocol;
import com.amazonaws.regions.Region;
import com.amazonaws.regions.RegionUtils;
import com.amazonaws.retry.RetryMode;
import java.net.URI;
import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.jspecify.annotations.Nullable;

/** Settings of the connections to AWS: time-outs, proxy and trusted authorities, as of the CLI. */
public final class AwsConnections {
  private static final Pattern PUBLIC =
      Pattern.compile("(af|ap|ca|eu|il|me|mx|sa|us|us-gov)-[a-z]+-[0-9]+");

  private static final Pattern CHINA = Pattern.compile("cn-[a-z]+-[0-9]+");

  private final AwsEnvironment environment;
  private final AwsProfiles profiles;

  public AwsConnections(AwsEnvironment environment, AwsProfiles profiles) {
    this.environment = environment;
    this.profiles = profiles;
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
    configuration.getApacheHttpClientConfig().setSslSocketFactory(sockets(uri, configuration));
    return configuration;
  }

  /**
   * Returns what makes TLS connections, or null for that of the SDK. Certificate authorities are
   * read only for a connection that needs them, because that takes longer than a query.
   */
  private @Nullable ConnectionSocketFactory sockets(URI uri, ClientConfiguration configuration) {
    if ("http".equals(uri.getScheme()) && configuration.getProxyProtocol() != Protocol.HTTPS) {
      return new LateTls(
          () -> {
            AwsTrust trust = AwsTrust.of(environment, profiles);
            return trust == null ? SSLConnectionSocketFactory.getSocketFactory() : trust.sockets();
          });
    }
    AwsTrust trust = AwsTrust.of(environment, profiles);
    return trust == null ? null : trust.sockets();
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

  /**
   * Returns AWS's own endpoint of a service. Reading the SDK's list of regions takes longer than a
   * query, so it is read only for partitions that few accounts can use.
   */
  static String own(String service, String region) {
    String domain =
        PUBLIC.matcher(region).matches()
            ? "amazonaws.com"
            : CHINA.matcher(region).matches() ? "amazonaws.com.cn" : listed(region);
    return "https://" + service + "." + region + "." + domain;
  }

  private static String listed(String region) {
    Region known = RegionUtils.getRegion(region);
    return known == null ? "amazonaws.com" : known.getDomain();
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
