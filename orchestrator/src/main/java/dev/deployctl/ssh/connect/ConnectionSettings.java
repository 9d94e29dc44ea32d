package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.LocalUser;
import dev.deployctl.ssh.auth.PassphrasePrompt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Settings for connections that take precedence over the user's ssh_config.
 *
 * @param configFile one ssh_config instead of the user's and the system's, as {@code ssh -F}
 * @param user the user to log in as at hosts, but not at jump hosts
 * @param port the port to connect to at hosts, but not at jump hosts
 * @param connectTimeout the time that a connection may take, login included
 * @param options lines of ssh_config that precede the files, as {@code ssh -o}
 * @param passphrases asks for the passphrase of a key; empty where nobody can be asked
 * @param commandPrefix the arguments before the verb of the host script
 * @param local the user and machine that deployctl runs on
 */
public record ConnectionSettings(
    Optional<Path> configFile,
    Optional<String> user,
    OptionalInt port,
    Optional<Duration> connectTimeout,
    List<String> options,
    Optional<PassphrasePrompt> passphrases,
    List<String> commandPrefix,
    LocalUser local) {
  private static final List<String> SUDO = List.of("sudo", "-n", "/usr/sbin/deployctl-host");

  public ConnectionSettings {
    options = List.copyOf(options);
    commandPrefix = List.copyOf(commandPrefix);
    if (commandPrefix.isEmpty()) {
      throw new IllegalArgumentException("a command needs at least one argument");
    }
  }

  /** Creates settings for the host script as it is installed, called by sudo. */
  public ConnectionSettings(
      Optional<Path> configFile,
      Optional<String> user,
      OptionalInt port,
      Optional<Duration> connectTimeout,
      List<String> options,
      Optional<PassphrasePrompt> passphrases) {
    this(configFile, user, port, connectTimeout, options, passphrases, SUDO, LocalUser.current());
  }

  /** Returns settings that leave everything to ssh_config. */
  public static ConnectionSettings defaults() {
    return new ConnectionSettings(
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  public ConnectionSettings withConfigFile(Path file) {
    return new ConnectionSettings(
        Optional.of(file), user, port, connectTimeout, options, passphrases, commandPrefix, local);
  }

  public ConnectionSettings withConnectTimeout(Duration time) {
    return new ConnectionSettings(
        configFile, user, port, Optional.of(time), options, passphrases, commandPrefix, local);
  }

  public ConnectionSettings withOptions(List<String> lines) {
    return new ConnectionSettings(
        configFile, user, port, connectTimeout, lines, passphrases, commandPrefix, local);
  }

  public ConnectionSettings withPassphrases(PassphrasePrompt prompt) {
    return new ConnectionSettings(
        configFile, user, port, connectTimeout, options, Optional.of(prompt), commandPrefix, local);
  }

  public ConnectionSettings withCommandPrefix(List<String> arguments) {
    return new ConnectionSettings(
        configFile, user, port, connectTimeout, options, passphrases, arguments, local);
  }

  public ConnectionSettings withLocal(LocalUser user) {
    return new ConnectionSettings(
        configFile, this.user, port, connectTimeout, options, passphrases, commandPrefix, user);
  }
}
