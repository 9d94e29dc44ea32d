package dev.deployctl.ssh;

import dev.deployctl.openssh.config.LocalUser;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How hosts are reached. What is not given here comes from the user's ssh_config.
 *
 * @param configFile one ssh_config in place of the user's and the system's, as by {@code ssh -F}
 * @param user in place of the User that is configured, for hosts and not for the hops before them
 * @param port in place of the Port that is configured, likewise
 * @param identities key files tried before those that are configured, as by {@code ssh -i}
 * @param connectTimeout how long a connection may take to come about, authentication included
 * @param commandPrefix the words before the verb
 * @param options lines of ssh_config that precede the files, as by {@code ssh -o}
 * @param passphrases asks for the passphrase of a key; absent where there is nobody to ask
 * @param local who runs this
 */
public record SshSettings(
    Optional<Path> configFile,
    Optional<String> user,
    OptionalInt port,
    List<Path> identities,
    Optional<Duration> connectTimeout,
    List<String> commandPrefix,
    List<String> options,
    Optional<PassphrasePrompt> passphrases,
    LocalUser local) {
  private static final List<String> SUDO = List.of("sudo", "-n", "/usr/sbin/deployctl-host");

  public SshSettings {
    identities = List.copyOf(identities);
    commandPrefix = List.copyOf(commandPrefix);
    options = List.copyOf(options);
    if (commandPrefix.isEmpty()) {
      throw new IllegalArgumentException("a command needs at least one word");
    }
  }

  /** The user's own configuration, nothing else. */
  public static SshSettings defaults() {
    return new SshSettings(
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        List.of(),
        Optional.empty(),
        SUDO,
        List.of(),
        Optional.empty(),
        LocalUser.current());
  }

  public SshSettings withConfigFile(Path file) {
    return with(draft -> draft.configFile = Optional.of(file));
  }

  public SshSettings withUser(String name) {
    return with(draft -> draft.user = Optional.of(name));
  }

  public SshSettings withPort(int number) {
    return with(draft -> draft.port = OptionalInt.of(number));
  }

  public SshSettings withIdentities(List<Path> files) {
    return with(draft -> draft.identities = files);
  }

  public SshSettings withConnectTimeout(Duration time) {
    return with(draft -> draft.connectTimeout = Optional.of(time));
  }

  public SshSettings withCommandPrefix(List<String> words) {
    return with(draft -> draft.commandPrefix = words);
  }

  public SshSettings withOptions(List<String> lines) {
    return with(draft -> draft.options = lines);
  }

  public SshSettings withPassphrases(PassphrasePrompt prompt) {
    return with(draft -> draft.passphrases = Optional.of(prompt));
  }

  public SshSettings withLocal(LocalUser who) {
    return with(draft -> draft.local = who);
  }

  private SshSettings with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.settings();
  }

  /** The same, while one thing about it changes. */
  private static final class Draft {
    private Optional<Path> configFile;
    private Optional<String> user;
    private OptionalInt port;
    private List<Path> identities;
    private Optional<Duration> connectTimeout;
    private List<String> commandPrefix;
    private List<String> options;
    private Optional<PassphrasePrompt> passphrases;
    private LocalUser local;

    Draft(SshSettings from) {
      configFile = from.configFile;
      user = from.user;
      port = from.port;
      identities = from.identities;
      connectTimeout = from.connectTimeout;
      commandPrefix = from.commandPrefix;
      options = from.options;
      passphrases = from.passphrases;
      local = from.local;
    }

    SshSettings settings() {
      return new SshSettings(
          configFile,
          user,
          port,
          identities,
          connectTimeout,
          commandPrefix,
          options,
          passphrases,
          local);
    }
  }
}
