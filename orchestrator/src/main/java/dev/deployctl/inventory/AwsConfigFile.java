package dev.deployctl.inventory;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Reads ~/.aws/config and ~/.aws/credentials as the AWS CLI does: sections, keys of any case, and
 * indented keys below a key, here named {@code outer.inner}.
 */
final class AwsConfigFile {
  private static final int LARGEST = 1 << 20;

  private final Path file;
  private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();
  private Map<String, String> section = new LinkedHashMap<>();
  private String outer = "";

  private AwsConfigFile(Path file) {
    this.file = file;
  }

  /** The sections by name; none where there is no file. */
  static Map<String, Map<String, String>> read(Path file) {
    AwsConfigFile reader = new AwsConfigFile(file);
    try (var in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(LARGEST), StandardCharsets.UTF_8);
      int number = 1;
      for (String line : text.replaceFirst("^\uFEFF", "").lines().toList()) {
        reader.line(line, number++);
      }
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw new DeployException(
          FailureKind.CONFIG, "cannot read the AWS file " + file + ": " + e.getMessage(), null, e);
    }
    return reader.sections;
  }

  private void line(String line, int number) {
    String text = line.strip();
    if (text.isEmpty() || text.startsWith("#") || text.startsWith(";")) {
      return;
    }
    int equals = text.indexOf('=');
    if (text.startsWith("[")) {
      if (!text.endsWith("]")) {
        throw wrong(number, "a section without its closing ]");
      }
      section = sections.computeIfAbsent(name(text.substring(1, text.length() - 1)), n -> newMap());
      outer = "";
    } else if (equals < 1) {
      throw wrong(number, "neither a section nor a line with key = value");
    } else {
      String key = text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      boolean nested = Character.isWhitespace(line.charAt(0)) && !outer.isEmpty();
      outer = nested ? outer : key;
      section.put(nested ? outer + "." + key : key, text.substring(equals + 1).strip());
    }
  }

  private static Map<String, String> newMap() {
    return new LinkedHashMap<>();
  }

  /** {@code profile "two words"} is {@code profile two words}. */
  private static String name(String text) {
    return text.strip().replaceAll("[\"']", "").replaceAll("\\s+", " ");
  }

  private DeployException wrong(int line, String what) {
    return new DeployException(FailureKind.CONFIG, file + ":" + line + ": " + what, null);
  }
}
