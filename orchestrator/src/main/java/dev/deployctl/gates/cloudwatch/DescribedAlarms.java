package dev.deployctl.gates.cloudwatch;

import dev.deployctl.gates.Alarms;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads the answer of DescribeAlarms. */
final class DescribedAlarms {
  private static final Set<String> LISTS = Set.of("MetricAlarms", "CompositeAlarms");

  private DescribedAlarms() {}

  static List<Alarms.State> read(InputStream body) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      return read(factory.createXMLStreamReader(body));
    } catch (XMLStreamException malformed) {
      throw new IOException("the answer is not that of CloudWatch", malformed);
    }
  }

  private static List<Alarms.State> read(XMLStreamReader reader)
      throws XMLStreamException, IOException {
    List<Alarms.State> states = new ArrayList<>();
    Deque<String> path = new ArrayDeque<>();
    Map<String, String> alarm = new HashMap<>();
    boolean answered = false;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          path.push(reader.getLocalName());
          answered |= reader.getLocalName().equals("DescribeAlarmsResult");
        }
        case XMLStreamConstants.CHARACTERS -> {
          if (inAlarm(path, 1)) {
            alarm.merge(path.element(), reader.getText(), String::concat);
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          if (inAlarm(path, 0)) {
            states.add(state(alarm));
            alarm.clear();
          }
          path.pop();
        }
        default -> {}
      }
    }
    if (!answered) {
      throw new IOException("the answer is not that of CloudWatch");
    }
    return states;
  }

  /** Returns whether an element is that many levels below the member of a list of alarms. */
  private static boolean inAlarm(Deque<String> path, int below) {
    List<String> names = path.stream().skip(below).limit(2).toList();
    return names.size() == 2 && names.get(0).equals("member") && LISTS.contains(names.get(1));
  }

  private static Alarms.State state(Map<String, String> alarm) {
    return new Alarms.State(
        alarm.getOrDefault("AlarmName", ""),
        alarm.getOrDefault("StateValue", "unknown"),
        alarm.getOrDefault("StateReason", "").strip());
  }
}
