package dev.deployctl.inventory.aws;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads ~/.aws/config and ~/.aws/credentials in the dialect of the AWS CLI, which is that of
 * Python's configparser: a line that is indented deeper than the key above it continues that key's
 * value, and any other line is a section or a key of its own. A value that has only such lines
 * contains keys, here named {@code outer.inner}; {@code outer} is then empty.
 */
final class AwsConfigFile {
  private static final int LARGEST = 1 << 20;

  /** Its keys belong to every section. */
  private static final String COMMON = "DEFAULT";

  private final Path file;
  private final Map<String, Map<String, Value>> sections = new LinkedHashMap<>();
  private @Nullable Map<String, Value> section;
  private @Nullable Value value;
  private int indent;

  private record Value(int line, List<String> lines) {}

  private AwsConfigFile(Path file) {
    this.file = file;
  }

  /** Returns the sections by name, as they are written; none without a file. */
  static Map<String, Map<String, String>> read(Path file) {
    if (!Files.exists(file) || Files.isDirectory(file)) {
      return Map.of();
    }
    AwsConfigFile reader = new AwsConfigFile(file);
    int number = 1;
    for (String line : text(file).replaceFirst("^\uFEFF", "").lines().toList()) {
      reader.line(line, number++);
    }
    return reader.result();
  }

  private static String text(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new IOException("it is larger than 1 MiB");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new DeployException(
          FailureKind.CONFIG,
          "cannot read the AWS file " + file + ": it is not UTF-8",
          "save it as UTF-8; the AWS CLI refuses it as well",
          e);
    } catch (IOException e) {
      throw new DeployException(
          FailureKind.CONFIG, "cannot read the AWS file " + file + ": " + e.getMessage(), null, e);
    }
  }

  private void line(String line, int number) {
    String text = stripped(line);
    if (text.startsWith("#") || text.startsWith(";")) {
      return;
    }
    int depth = depth(line);
    if (value != null && (text.isEmpty() || depth > indent)) {
      value.lines().add(text);
    } else if (!text.isEmpty()) {
      indent = depth;
      if (text.startsWith("[")) {
        header(text, number);
      } else {
        key(text, number);
      }
    }
  }

  /** Begins a section; text after the last bracket is no part of its name. */
  private void header(String text, int number) {
    int end = text.lastIndexOf(']');
    if (end < 2) {
      throw wrong(number, end < 0 ? "a section without its closing ]" : "a section without a name");
    }
    String name = text.substring(1, end);
    value = null;
    section = name.equals(COMMON) ? sections.get(name) : null;
    if (section == null) {
      section = new LinkedHashMap<>();
      if (sections.put(name, section) != null) {
        throw wrong(number, "the section [" + AwsMessages.line(name) + "] is defined twice");
      }
    }
  }

  private void key(String text, int number) {
    int equals = text.indexOf('=');
    int colon = text.indexOf(':');
    int end = equals < 0 || (colon >= 0 && colon < equals) ? colon : equals;
    if (section == null || end < 1) {
      throw wrong(
          number,
          end < 1
              ? "neither a section nor a line with key = value"
              : "a key before the first section");
    }
    String key = stripped(text.substring(0, end)).toLowerCase(Locale.ROOT);
    Value read = new Value(number, new ArrayList<>());
    read.lines().add(stripped(text.substring(end + 1)));
    if (section.put(key, read) != null) {
      throw wrong(number, "the key " + AwsMessages.line(key) + " is defined twice in one section");
    }
    value = read;
  }

  private Map<String, Map<String, String>> result() {
    Map<String, Value> common = sections.getOrDefault(COMMON, Map.of());
    Map<String, Map<String, String>> result = new LinkedHashMap<>();
    sections.forEach(
        (name, values) -> {
          if (!name.equals(COMMON)) {
            Map<String, Value> all = new LinkedHashMap<>(common);
            all.putAll(values);
            Map<String, String> flat = new LinkedHashMap<>();
            all.forEach((key, one) -> flatten(key, one, flat));
            result.put(name, flat);
          }
        });
    return result;
  }

  private void flatten(String key, Value read, Map<String, String> flat) {
    String text = strippedEnd(String.join("\n", read.lines()));
    if (!text.startsWith("\n")) {
      flat.put(key, text);
      return;
    }
    flat.put(key, "");
    for (String line : text.split("\n", -1)) {
      int equals = line.indexOf('=');
      if (equals >= 0) {
        flat.put(
            key + "." + stripped(line.substring(0, equals)), stripped(line.substring(equals + 1)));
      } else if (!line.isEmpty()) {
        throw wrong(read.line(), "an indented line below " + AwsMessages.line(key) + " has no =");
      }
    }
  }

  private static int depth(String line) {
    int depth = 0;
    while (depth < line.length() && isSpace(line.charAt(depth))) {
      depth++;
    }
    return depth;
  }

  private static String stripped(String text) {
    return strippedEnd(text.substring(depth(text)));
  }

  private static String strippedEnd(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** The blanks of Python, which has a few more than Java. */
  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private DeployException wrong(int line, String what) {
    return new DeployException(
        FailureKind.CONFIG,
        file + ":" + line + ": " + what,
        "correct the file; the AWS CLI refuses it as well");
  }
}
