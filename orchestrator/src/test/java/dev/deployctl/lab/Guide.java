package dev.deployctl.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The code blocks of a page of the documentation. A block {@code sh} is to be run; a block whose
 * language is followed by a file name is that file; all others, such as {@code console}, are only
 * to be read.
 */
final class Guide {
  private static final Pattern BLOCK =
      Pattern.compile("^```(\\w+)(?: (\\S+))?\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private final List<Block> blocks = new ArrayList<>();

  /** One step of a reader. */
  sealed interface Block {}

  /** Commands for a shell. */
  record Commands(String text) implements Block {}

  /** A file, relative to the directory in which the reader is. */
  record File(String name, String text) implements Block {}

  /**
   * Reads a page.
   *
   * @param names what the page calls things, and what they are called here
   */
  Guide(Path page, Map<String, String> names) throws IOException {
    Matcher matcher = BLOCK.matcher(Files.readString(page));
    while (matcher.find()) {
      String text = matcher.group(3);
      for (Map.Entry<String, String> name : names.entrySet()) {
        text = text.replace(name.getKey(), name.getValue());
      }
      if (matcher.group(2) != null) {
        blocks.add(new File(matcher.group(2), text));
      } else if (matcher.group(1).equals("sh")) {
        blocks.add(new Commands(text));
      }
    }
  }

  List<Block> blocks() {
    return blocks;
  }
}
