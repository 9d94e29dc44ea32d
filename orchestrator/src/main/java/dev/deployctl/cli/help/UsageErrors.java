package dev.deployctl.cli.help;

import dev.deployctl.model.DidYouMean;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.Quoted;
import dev.deployctl.output.terminal.ErrorPrinter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Says what is wrong with a command line, and which command or option was probably meant. */
public final class UsageErrors {
  private static final Pattern HELP = Pattern.compile("Unknown subcommand '(.*)'\\.?.*");

  private final ErrorPrinter errors;

  public UsageErrors(ErrorPrinter errors) {
    this.errors = errors;
  }

  /** Prints the error. Returns the exit code. */
  public int print(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    String message = String.valueOf(wrong.getMessage());
    Matcher help = HELP.matcher(message);
    // An option that is mistyped is missing as well: the reason comes before what follows of it.
    List<String> unmatched = command.getUnmatchedArguments();
    if (help.matches()) {
      unknownCommand(command, help.group(1));
    } else if (!unmatched.isEmpty()) {
      unmatched(command, unmatched);
    } else {
      errors.print(message, help(command));
    }
    return ExitCodes.USAGE;
  }

  private void unmatched(CommandLine command, List<String> unmatched) {
    CommandSpec spec = command.getCommandSpec();
    // After a command that is not there, everything is unknown.
    String first =
        unmatched.stream()
            .filter(word -> command.getSubcommands().isEmpty() && word.startsWith("-"))
            .findFirst()
            .orElse(unmatched.getFirst());
    if (first.startsWith("-") && first.length() > 1) {
      String name = first.replaceFirst("=.*", "");
      List<String> known =
          spec.options().stream()
              .filter(option -> !option.hidden())
              .flatMap(option -> List.of(option.names()).stream())
              .toList();
      errors.print(
          spec.qualifiedName() + " has no option " + Quoted.of(name),
          didYouMean(name, known) + help(command));
    } else if (!command.getSubcommands().isEmpty()) {
      unknownCommand(command, first);
    } else {
      errors.print("one argument too many: " + Quoted.of(first), help(command));
    }
  }

  private void unknownCommand(CommandLine command, String given) {
    List<String> known =
        command.getSubcommands().entrySet().stream()
            .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden())
            .map(java.util.Map.Entry::getKey)
            .toList();
    errors.print(
        command.getCommandSpec().qualifiedName() + " has no command " + Quoted.of(given),
        didYouMean(given, known) + help(command));
  }

  private static String didYouMean(String given, List<String> known) {
    String near = DidYouMean.nearest(given, known);
    @Nullable String begun =
        near != null || given.length() < 3
            ? near
            : known.stream().filter(name -> name.startsWith(given)).findFirst().orElse(null);
    return begun == null ? "" : "did you mean " + begun + "?\n";
  }

  private static String help(CommandLine command) {
    return command.getCommandSpec().qualifiedName() + " --help lists what it understands";
  }
}
