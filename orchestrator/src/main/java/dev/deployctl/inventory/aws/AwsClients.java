package dev.deployctl.inventory.aws;

import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.client.builder.AwsClientBuilder;
import javax.management.MBeanServerFactory;
import org.jspecify.annotations.Nullable;

/** Builds clients of the SDK. */
public final class AwsClients {
  private AwsClients() {}

  /**
   * Must be called before the first class of the SDK loads, which otherwise prints a deprecation
   * notice of five paragraphs to stderr, and prepares what is not used. See
   * docs/adr/0002-aws-sdk-v1.md.
   */
  public static void quiet() {
    String property = "aws.java.v1.disableDeprecationAnnouncement";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "true");
      // The SDK registers its metrics for JMX. Without a server it takes that of the platform, and
      // preparing all beans of that one takes longer than a query.
      MBeanServerFactory.createMBeanServer("deployctl");
    }
  }

  /** Returns a client of a service: in a region, or at another endpoint if that is not null. */
  static <T> T client(
      AwsClientBuilder<?, T> builder,
      String service,
      String region,
      @Nullable String endpoint,
      AWSCredentialsProvider credentials,
      AwsConnections connections) {
    builder.setCredentials(credentials);
    builder.setClientConfiguration(connections.to(endpoint, service, region));
    if (endpoint == null) {
      builder.setRegion(region);
    } else {
      builder.setEndpointConfiguration(
          new AwsClientBuilder.EndpointConfiguration(endpoint, region));
    }
    return builder.build();
  }
}
