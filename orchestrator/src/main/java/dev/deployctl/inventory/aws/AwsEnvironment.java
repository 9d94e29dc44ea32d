package dev.deployctl.inventory.aws;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The world that AWS settings are read from.
 *
 * @param variables the process's environment
 * @param home the user's home directory
 * @param codePrompt asks the user for the code of an MFA device, whose serial number it gets; null
 *     where nobody can be asked
 * @param warnings gets what does not end a command but should be known
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
   * @param connect until a connection stands
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

  /** This process's own, with these variables. */
  public static AwsEnvironment ofProcess(
      Map<String, String> variables,
      @Nullable Function<String, String> codePrompt,
      Consumer<String> warnings) {
    return new AwsEnvironment(variables, userHome(), codePrompt, warnings, Timeouts.DEFAULT);
  }

  /** Java says {@code ?} where nobody knows it; there are no files of the user then. */
  private static Path userHome() {
    String home = System.getProperty("user.home", "/");
    return Path.of(home.startsWith("/") ? home : "/");
  }

  /** The first of these variables that is set to something. */
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
