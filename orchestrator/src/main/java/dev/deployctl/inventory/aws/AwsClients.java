package dev.deployctl.inventory.aws;

import com.amazonaws.auth.AWSCredentialsProvider;
import com.amazonaws.client.builder.AwsClientBuilder;
import com.amazonaws.services.ec2.AmazonEC2;
import com.amazonaws.services.ec2.AmazonEC2ClientBuilder;
import org.jspecify.annotations.Nullable;

/** Builds clients of the SDK. */
public final class AwsClients {
  private AwsClients() {}

  /**
   * Must be called before the first class of the SDK loads, which otherwise prints a deprecation
   * notice of five paragraphs to stderr. See docs/adr/0002-aws-sdk-v1.md.
   */
  public static void quiet() {
    String property = "aws.java.v1.disableDeprecationAnnouncement";
    if (System.getProperty(property) == null) {
      System.setProperty(property, "true");
    }
  }

  public static AmazonEC2 ec2(
      String region,
      @Nullable String endpoint,
      AWSCredentialsProvider credentials,
      AwsConnections connections) {
    AmazonEC2ClientBuilder builder =
        AmazonEC2ClientBuilder.standard()
            .withCredentials(credentials)
            .withClientConfiguration(connections.to(endpoint, "ec2", region));
    if (endpoint == null) {
      builder.withRegion(region);
    } else {
      builder.withEndpointConfiguration(
          new AwsClientBuilder.EndpointConfiguration(endpoint, region));
    }
    return builder.build();
  }
}
