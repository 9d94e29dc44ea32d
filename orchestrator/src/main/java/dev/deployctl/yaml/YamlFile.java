package dev.deployctl.yaml;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Reads a YAML file into a tree, within limits that no honest file meets. */
public final class YamlFile {
  private static final int DEPTH = 50;

  private YamlFile() {}

  /**
   * The limits of a file.
   *
   * @param bytes size of the file
   * @param values values once every alias is followed
   */
  public record Limits(int bytes, int values) {}

  /**
   * Reads the file. Duplicate keys and the like are gathered; what is no YAML at all ends the
   * reading.
   */
  public static Node read(Path file, Limits limits, Problems problems) {
    String name = file.toString();
    String text = decode(file, bytes(file, limits));
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(limits.bytes());
    options.setNestingDepthLimit(DEPTH);
    YAMLFactory factory =
        YAMLFactory.builder()
            .loaderOptions(options)
            .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxDocumentLength(limits.bytes())
                    .build())
            .build();
    TreeBuilder builder = new TreeBuilder(name, limits.values(), problems);
    try (YAMLParser parser = factory.createParser(text)) {
      return builder.build(parser);
    } catch (JacksonException e) {
      Place place = place(name, e);
      String line = text.lines().skip(place.line() - 1L).findFirst().orElse("");
      String quote = line.contains("${") ? ": put a value that holds ${NAME} in quotes" : "";
      problems.add(place, "", "not valid YAML: " + reason(e) + quote);
      throw problems.exception();
    } catch (IOException e) {
      throw new DeployException(FailureKind.CONFIG, "cannot read " + name + ": " + e, null, e);
    }
  }

  private static byte[] bytes(Path file, Limits limits) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(limits.bytes() + 1);
      if (bytes.length > limits.bytes()) {
        throw new DeployException(
            FailureKind.CONFIG,
            file + " is larger than " + limits.bytes() / 1024 + " KiB: not read",
            "check that this is the file you mean");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new DeployException(
          FailureKind.CONFIG, "there is no file " + file, "check its name and directory", e);
    } catch (AccessDeniedException e) {
      throw new DeployException(
          FailureKind.CONFIG, "no permission to read " + file, "look at: ls -l " + file, e);
    } catch (IOException e) {
      String reason =
          Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
      throw new DeployException(FailureKind.CONFIG, "cannot read " + file + ": " + reason, null, e);
    }
  }

  private static String decode(Path file, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      long line = 1;
      for (int i = 0; i < buffer.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new DeployException(
          FailureKind.CONFIG,
          file + ":" + line + ": is not UTF-8 text",
          "save the file as UTF-8",
          e);
    }
  }

  private static Place place(String name, JacksonException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      Mark mark = marked.getProblemMark();
      return new Place(name, mark.getLine() + 1, mark.getColumn() + 1);
    }
    JsonLocation location = Objects.requireNonNullElse(e.getLocation(), JsonLocation.NA);
    return new Place(name, Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  /** The parser's own words without its excerpt of the file, which spans lines. */
  private static String reason(JacksonException e) {
    String reason = e.getOriginalMessage();
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblem() != null) {
      reason = marked.getProblem();
    }
    if (reason.contains("(TAB)")) {
      return "a tab where a line is indented: indent with spaces";
    }
    return reason.lines().findFirst().orElse("").strip().replaceAll("\\p{Cc}", "?");
  }
}
