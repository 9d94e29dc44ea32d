package dev.deployctl.cli.setup;

import dev.deployctl.bootstrap.RegistryLogin;
import dev.deployctl.bootstrap.SetupRequest;
import dev.deployctl.cli.help.Advanced;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a prepared host has. */
final class SetupOptions {
  private static final Pattern GROUP = Pattern.compile("[a-z_][a-z0-9_-]{0,30}");
  private static final Pattern USER = Pattern.compile("[a-z_][a-z0-9_.-]{0,30}");
  private static final Pattern REGISTRY =
      Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?");

  @Option(
      names = "--packages",
      description =
          "Install Docker, nginx and Python where they are missing. They come from the distribution"
              + " and are started (Debian, Ubuntu, Amazon Linux, Fedora; others with Docker's own"
              + " repository).")
  boolean packages;

  @Option(
      names = {"--deployers", "--deployer"},
      paramLabel = "USER",
      split = ",",
      description = "Add these users of the hosts to the group.")
  List<String> deployers = List.of();

  @Option(
      names = "--registry",
      paramLabel = "HOST[=USER]",
      description =
          "Log the hosts in to this registry, for pulls of deployctl only. The password is the"
              + " first line of standard input, or asked for.")
  @Nullable String registry;

  @Advanced
  @Option(
      names = "--group",
      paramLabel = "NAME",
      defaultValue = "deployers",
      description = "Let members of this group deploy (default: ${DEFAULT-VALUE}).")
  String group;

  @Advanced
  @Option(names = "--allow-downgrade", description = "Replace a newer version, too.")
  boolean allowDowngrade;

  /** Returns what is wanted; reads the password where a registry is named. */
  SetupRequest request(Services services) {
    check(GROUP, group, "not the name of a group: ");
    deployers.forEach(user -> check(USER, user, "not the name of a user: "));
    return new SetupRequest(packages, group, deployers, login(services), allowDowngrade);
  }

  private @Nullable RegistryLogin login(Services services) {
    if (registry == null) {
      return null;
    }
    int equals = registry.indexOf('=');
    String host = equals < 0 ? registry : registry.substring(0, equals);
    check(REGISTRY, host, "not the name of a registry: ");
    boolean ask = services.prompts().allowed();
    String user = equals < 0 ? askUser(services, host, ask) : registry.substring(equals + 1);
    if (user == null || user.isBlank()) {
      throw usage("no user for " + host, "name the user: --registry " + host + "=USER");
    }
    String password =
        ask
            ? services.workstation().secret("Password of " + user + " at " + host + ": ")
            : services.console().answers().get();
    if (password == null || password.isEmpty()) {
      throw usage(
          "no password for " + user + " at " + host,
          "write it to standard input: deployctl bootstrap ... < FILE");
    }
    return new RegistryLogin(host, user.strip(), password);
  }

  private static @Nullable String askUser(Services services, String host, boolean ask) {
    if (!ask) {
      return null;
    }
    services.console().out().print("User at " + host + ": ");
    services.console().out().flush();
    return services.console().answers().get();
  }

  private static void check(Pattern pattern, String value, String otherwise) {
    if (!pattern.matcher(value).matches()) {
      throw usage(otherwise + Quoted.of(value), null);
    }
  }

  private static DeployException usage(String message, @Nullable String hint) {
    return new DeployException(FailureKind.USAGE, message, hint);
  }
}
