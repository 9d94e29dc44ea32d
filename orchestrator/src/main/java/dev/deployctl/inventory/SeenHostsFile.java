package dev.deployctl.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deployctl.model.Host;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/** The JSON of one file of {@link SeenHosts}. */
final class SeenHostsFile {
  private SeenHostsFile() {}

  /** Without the object mapper, whose classes take a tenth of a command that finds hosts. */
  static byte[] written(List<Host> hosts) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartArray();
      for (Host host : hosts) {
        json.writeStartObject();
        json.writeStringField("id", host.id());
        json.writeStringField("name", host.name());
        json.writeStringField("zone", host.zone());
        json.writeObjectFieldStart("tags");
        for (Map.Entry<String, SequencedSet<String>> tag : host.tags().entrySet()) {
          json.writeArrayFieldStart(tag.getKey());
          for (String value : tag.getValue()) {
            json.writeString(value);
          }
          json.writeEndArray();
        }
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return bytes.toByteArray();
  }

  static List<Host> read(byte[] json) throws IOException {
    List<Host> hosts = new ArrayList<>();
    new ObjectMapper().readTree(json).forEach(one -> hosts.add(host(one)));
    return hosts;
  }

  private static Host host(JsonNode one) {
    Map<String, SequencedSet<String>> tags = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> tag : one.path("tags").properties()) {
      SequencedSet<String> values = new LinkedHashSet<>();
      tag.getValue().forEach(value -> values.add(value.asText()));
      tags.put(tag.getKey(), values);
    }
    return new Host(
        one.path("id").asText(), one.path("name").asText(), "", one.path("zone").asText(), tags);
  }
}
