package dev.deployctl.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.util.ArrayList;
import java.util.List;

/** Writes records as files. What is null or empty is left out. */
public final class Documents {
  private static final int WIDTH = 100;
  private static final String COMMENT = "# ";

  private static final ObjectMapper JSON = leavingOutEmpty(new ObjectMapper());
  private static final ObjectMapper YAML =
      leavingOutEmpty(
          new ObjectMapper(
              YAMLFactory.builder()
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .build()));

  private Documents() {}

  private static ObjectMapper leavingOutEmpty(ObjectMapper mapper) {
    return mapper.setDefaultPropertyInclusion(
        JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS));
  }

  /** Returns a record as JSON, for people to read and edit. */
  public static String json(Object document) {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter(
            Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER));
    printer.indentArraysWith(lines);
    printer.indentObjectsWith(lines);
    try {
      return JSON.writer(printer).writeValueAsString(document) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a record that has no form in JSON", impossible);
    }
  }

  /** Returns a record as YAML below comments. */
  public static String yaml(List<String> head, Object document) {
    try {
      return String.join("", comments(head)) + YAML.writeValueAsString(document);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a record that has no form in YAML", impossible);
    }
  }

  /** Returns the sentences about what does not map, for {@link #yaml}. */
  public static List<String> sentences(List<Remark> remarks) {
    return remarks.stream()
        .map(each -> "- " + each.subject() + ": " + each.reason() + " " + each.todo())
        .toList();
  }

  /** A paragraph that begins with spaces is a command, which stays on one line. */
  private static List<String> comments(List<String> paragraphs) {
    List<String> lines = new ArrayList<>();
    for (String paragraph : paragraphs) {
      if (paragraph.startsWith("  ")) {
        lines.add(COMMENT + paragraph + "\n");
        continue;
      }
      StringBuilder line = new StringBuilder();
      for (String word : paragraph.split(" ", -1)) {
        if (!line.isEmpty() && COMMENT.length() + line.length() + 1 + word.length() > WIDTH) {
          lines.add((COMMENT + line).stripTrailing() + "\n");
          line = new StringBuilder(paragraph.startsWith("- ") ? "  " : "").append(word);
        } else {
          line.append(line.isEmpty() ? "" : " ").append(word);
        }
      }
      lines.add((COMMENT + line).stripTrailing() + "\n");
    }
    return lines;
  }
}
