package dev.deployctl.inventory.ec2;

import static javax.xml.stream.XMLStreamConstants.END_ELEMENT;
import static javax.xml.stream.XMLStreamConstants.START_ELEMENT;

import com.amazonaws.ResponseMetadata;
import com.amazonaws.services.ec2.model.DescribeInstancesResult;
import com.amazonaws.services.ec2.model.Instance;
import com.amazonaws.services.ec2.model.InstanceState;
import com.amazonaws.services.ec2.model.Placement;
import com.amazonaws.services.ec2.model.Reservation;
import com.amazonaws.services.ec2.model.Tag;
import java.io.InputStream;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answer of DescribeInstances: of each instance only what {@link FoundInstance} asks for.
 * What it does not know is skipped.
 */
final class DescribedInstances {
  private final XMLStreamReader reader;

  private DescribedInstances(XMLStreamReader reader) {
    this.reader = reader;
  }

  /** Reads one element, up to its end, when the reader is at its start. */
  @FunctionalInterface
  private interface Element {
    void read(String name) throws XMLStreamException;
  }

  static DescribeInstancesResult read(InputStream body) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader reader = factory.createXMLStreamReader(body);
    while (reader.next() != START_ELEMENT) {
      // Only comments and the like come before the root.
    }
    DescribeInstancesResult result = new DescribedInstances(reader).result();
    while (reader.hasNext()) {
      reader.next(); // A connection is used again only if its answer was read to the end.
    }
    return result;
  }

  private DescribeInstancesResult result() throws XMLStreamException {
    DescribeInstancesResult result = new DescribeInstancesResult();
    children(
        name -> {
          switch (name) {
            case "requestId" ->
                result.setSdkResponseMetadata(
                    new ResponseMetadata(Map.of(ResponseMetadata.AWS_REQUEST_ID, text())));
            case "nextToken" -> result.setNextToken(text());
            case "reservationSet" -> items(() -> result.withReservations(reservation()));
            default -> skip();
          }
        });
    return result;
  }

  private Reservation reservation() throws XMLStreamException {
    Reservation reservation = new Reservation();
    children(
        name -> {
          if (name.equals("instancesSet")) {
            items(() -> reservation.withInstances(instance()));
          } else {
            skip();
          }
        });
    return reservation;
  }

  private Instance instance() throws XMLStreamException {
    Instance instance = new Instance();
    children(
        name -> {
          switch (name) {
            case "instanceId" -> instance.setInstanceId(text());
            case "instanceState" -> instance.setState(new InstanceState().withName(child("name")));
            case "privateIpAddress" -> instance.setPrivateIpAddress(text());
            case "ipAddress" -> instance.setPublicIpAddress(text());
            case "ipv6Address" -> instance.setIpv6Address(text());
            case "privateDnsName" -> instance.setPrivateDnsName(text());
            case "dnsName" -> instance.setPublicDnsName(text());
            case "placement" ->
                instance.setPlacement(
                    new Placement().withAvailabilityZone(child("availabilityZone")));
            case "tagSet" -> items(() -> instance.withTags(tag()));
            default -> skip();
          }
        });
    return instance;
  }

  private Tag tag() throws XMLStreamException {
    Tag tag = new Tag();
    children(
        name -> {
          switch (name) {
            case "key" -> tag.setKey(text());
            case "value" -> tag.setValue(text());
            default -> skip();
          }
        });
    return tag;
  }

  /** Reads one item of a list, up to its end. */
  @FunctionalInterface
  private interface Item {
    void read() throws XMLStreamException;
  }

  private void items(Item item) throws XMLStreamException {
    children(
        name -> {
          if (name.equals("item")) {
            item.read();
          } else {
            skip();
          }
        });
  }

  /** Returns the text of the child of this name, or null. */
  private @Nullable String child(String wanted) throws XMLStreamException {
    String[] found = new String[1];
    children(
        name -> {
          if (name.equals(wanted)) {
            found[0] = text();
          } else {
            skip();
          }
        });
    return found[0];
  }

  private void children(Element child) throws XMLStreamException {
    for (int event = reader.next(); event != END_ELEMENT; event = reader.next()) {
      if (event == START_ELEMENT) {
        child.read(reader.getLocalName());
      }
    }
  }

  private String text() throws XMLStreamException {
    return reader.getElementText();
  }

  private void skip() throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      int event = reader.next();
      depth += event == START_ELEMENT ? 1 : event == END_ELEMENT ? -1 : 0;
    }
  }
}
