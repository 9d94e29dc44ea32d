package dev.deployctl.inventory.aws;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment from which AWS settings are read.
 *
 * @param variables the process's environment
 * @param home the user's home directory
 * @param codePrompt asks the user for the code of an MFA device, by its serial number; null without
 *     a terminal
 * @param warnings receives warnings, which do not end a command
 */
public record AwsEnvironment(
    Map<String, String> variables,
    Path home,
    @Nullable Function<String, String> codePrompt,
    Consumer<String> warnings,
    Timeouts timeouts) {

  /**
   * Timeouts of calls to AWS.
   *
   * @param connect until a connection is made
   * @param socket between two bytes
   * @param whole until the answer is complete, retries and pages included
   */
  public record Timeouts(Duration connect, Duration socket, Duration whole) {
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60));
  }

  public AwsEnvironment {
    variables = Map.copyOf(variables);
  }

  /** Returns the environment of this process, with these variables. */
  public static AwsEnvironment ofProcess(
      Map<String, String> variables,
      @Nullable Function<String, String> codePrompt,
      Consumer<String> warnings) {
    return new AwsEnvironment(variables, userHome(), codePrompt, warnings, Timeouts.DEFAULT);
  }

  /** Java has {@code ?} for an unknown home directory; then there are no files of the user. */
  private static Path userHome() {
    String home = System.getProperty("user.home", "/");
    return Path.of(home.startsWith("/") ? home : "/");
  }

  /** Returns the first of these variables that is set and not empty. */
  @Nullable String variable(String... names) {
    for (String name : names) {
      String value = variables.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
    }
    return null;
  }
}
