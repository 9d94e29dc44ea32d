package dev.deployctl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Recorded output of the real host script: contract/transcripts. */
final class Transcripts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DIRECTORY = Path.of("../contract/transcripts");

  /** The images of the transcripts. */
  static final String V1 =
      "sha256:7e6736cb55057db16063f5c143f2e87db0c7ff536020d42b96e51ae578f09825";

  static final String V2 =
      "sha256:5b67fc6c94fe6668747cc981edb0f9d2a5cdff891a9b4e2cc8ae17be5142295d";
  static final String BROKEN =
      "sha256:ecb84a68f84c4550e798eef71af730dcb78cf3eaf59c73003ee5bc03ce96f9d5";

  private Transcripts() {}

  static List<ObjectNode> of(String name) {
    List<ObjectNode> events = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(DIRECTORY.resolve(name + ".ndjson"))) {
        events.add((ObjectNode) JSON.readTree(line));
      }
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
    return events;
  }

  static ObjectNode object() {
    return JSON.createObjectNode();
  }
}
