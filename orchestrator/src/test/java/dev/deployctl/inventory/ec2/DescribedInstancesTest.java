package dev.deployctl.inventory.ec2;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.ec2.model.DescribeInstancesResult;
import com.amazonaws.services.ec2.model.Reservation;
import com.amazonaws.services.ec2.model.transform.DescribeInstancesResultStaxUnmarshaller;
import com.amazonaws.transform.StaxUnmarshallerContext;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.stream.XMLEventReader;
import javax.xml.stream.XMLInputFactory;
import org.junit.jupiter.api.Test;

/** The reader of instances finds the same in an answer as that of the SDK. */
final class DescribedInstancesTest {
  private static final String ANSWER =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- a proxy's mark -->
      <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
        <requestId>8f7c-1</requestId>
        <reservationSet>
          <item>
            <reservationId>r-1</reservationId>
            <groupSet><item><groupId>g</groupId></item></groupSet>
            <instancesSet>
              <item>
                <instanceId>i-1</instanceId>
                <instanceState><code>16</code><name>running</name></instanceState>
                <privateDnsName>ip-10-0-0-1.internal</privateDnsName>
                <dnsName>ec2-1.example</dnsName>
                <launchTime>2026-01-01T00:00:00.000Z</launchTime>
                <placement><availabilityZone>eu-west-1a</availabilityZone><tenancy>default</tenancy></placement>
                <privateIpAddress>10.0.0.1</privateIpAddress>
                <ipAddress>203.0.113.1</ipAddress>
                <ipv6Address>2001:db8::1</ipv6Address>
                <networkInterfaceSet>
                  <item>
                    <privateIpAddress>10.9.9.9</privateIpAddress>
                    <tagSet><item><key>App</key><value>other</value></item></tagSet>
                    <association><publicDnsName>other</publicDnsName></association>
                  </item>
                </networkInterfaceSet>
                <tagSet>
                  <item><key>App</key><value>blog &amp; <![CDATA[<shop>]]> &#252;</value></item>
                  <item><key>Empty</key><value/></item>
                </tagSet>
              </item>
              <item><instanceId>i-2</instanceId><dnsName/></item>
            </instancesSet>
          </item>
          <item><instancesSet/></item>
        </reservationSet>
        <nextToken>more</nextToken>
      </DescribeInstancesResponse>
      """;

  @Test
  void readsTheSameAsTheSdk() throws Exception {
    DescribeInstancesResult mine = DescribedInstances.read(bytes());
    DescribeInstancesResult theirs = readBySdk();

    assertThat(mine.getNextToken()).isEqualTo(theirs.getNextToken()).isEqualTo("more");
    assertThat(mine.getSdkResponseMetadata().getRequestId()).isEqualTo("8f7c-1");
    assertThat(described(mine)).hasSize(2).isEqualTo(described(theirs));
  }

  private static DescribeInstancesResult readBySdk() throws Exception {
    XMLEventReader events = XMLInputFactory.newDefaultFactory().createXMLEventReader(bytes());
    return DescribeInstancesResultStaxUnmarshaller.getInstance()
        .unmarshall(new StaxUnmarshallerContext(events));
  }

  private static InputStream bytes() {
    return new ByteArrayInputStream(ANSWER.getBytes(StandardCharsets.UTF_8));
  }

  /** What becomes of each instance, with every kind of address. */
  private static List<String> described(DescribeInstancesResult result) {
    return result.getReservations().stream()
        .map(Reservation::getInstances)
        .flatMap(List::stream)
        .map(instance -> new FoundInstance(instance, "eu-west-1"))
        .map(
            found ->
                found.described()
                    + found.state()
                    + found.host("")
                    + java.util.stream.Stream.of(dev.deployctl.model.AddressKind.values())
                        .map(kind -> kind + "=" + found.address(List.of(kind)))
                        .toList())
        .toList();
  }
}
