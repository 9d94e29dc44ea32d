package dev.deployctl.cli.fleet;

import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.VariableName;
import dev.deployctl.output.terminal.Console;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Gets the value of a variable: a person is asked without echo, else it is standard input. */
final class SecretValue {
  private static final int LIMIT = 32 * 1024;

  private final Services services;
  private final Console console;

  SecretValue(Services services, Console console) {
    this.services = services;
    this.console = console;
  }

  /** Returns the value in bytes; refuses one that is empty for lack of an answer, or too long. */
  byte[] read(App app, VariableName name) {
    byte[] value = services.prompts().allowed() ? ask(name) : input(app, name);
    if (value.length > LIMIT) {
      throw new DeployException(
          FailureKind.USAGE,
          "the value of " + name + " is longer than 32 KiB; nothing was changed",
          "keep large content in a file or a volume");
    }
    return value;
  }

  private byte[] ask(VariableName name) {
    String answer = services.workstation().secret("Value of " + name + " (not shown): ");
    if (answer == null || answer.isEmpty()) {
      throw new DeployException(
          FailureKind.NOTHING_TO_DO,
          "no value was given; nothing was changed",
          "an empty value comes from standard input: < /dev/null");
    }
    return answer.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] input(App app, VariableName name) {
    if (console.terminal().interactive()) {
      throw new DeployException(
          FailureKind.USAGE,
          "nobody may be asked for the value of " + name + ", and standard input is a terminal",
          "deployctl env set " + app + " " + name + " < FILE");
    }
    return withoutLineEnd(services.workstation().input(LIMIT + 2));
  }

  /** Drops the line end of a single line, as echo and editors write it. Text of lines keeps it. */
  private static byte[] withoutLineEnd(byte[] input) {
    int end = input.length;
    if (end == 0 || input[end - 1] != '\n') {
      return input;
    }
    end -= end > 1 && input[end - 2] == '\r' ? 2 : 1;
    for (int i = 0; i < end; i++) {
      if (input[i] == '\n') {
        return input;
      }
    }
    return Arrays.copyOf(input, end);
  }
}
