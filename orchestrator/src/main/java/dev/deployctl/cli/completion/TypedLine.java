package dev.deployctl.cli.completion;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options and arguments of a line that is still being typed; picocli cannot parse half a line.
 */
record TypedLine(@Nullable String app, @Nullable Path config, @Nullable String environment) {
  /**
   * Reads the words.
   *
   * @param words all after the program's name, without the one that is being typed
   */
  static TypedLine of(CommandSpec root, List<String> words) {
    CommandSpec spec = root;
    boolean inCommand = false;
    int place = 0;
    String app = null;
    Path config = null;
    String environment = null;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("-")) {
        CommandLine command = inCommand ? null : root.subcommands().get(word);
        if (command != null) {
          spec = command.getCommandSpec();
          inCommand = true;
        } else if (app == null && inCommand && Texts.takesApp(spec, place++)) {
          app = word;
        }
        continue;
      }
      int equals = word.indexOf('=');
      OptionSpec option = spec.findOption(equals < 0 ? word : word.substring(0, equals));
      if (option == null || option.arity().max() == 0) {
        continue;
      }
      String value = equals < 0 ? at(words, ++i) : word.substring(equals + 1);
      switch (option.longestName()) {
        case "--config" -> config = value.isEmpty() ? null : Path.of(value);
        case "--environment" -> environment = value.isEmpty() ? null : value;
        default -> {}
      }
    }
    return new TypedLine(app, config, environment);
  }

  private static String at(List<String> words, int index) {
    return index < words.size() ? words.get(index) : "";
  }
}
