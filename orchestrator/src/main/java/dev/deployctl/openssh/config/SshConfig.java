package dev.deployctl.openssh.config;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Quoted;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The user's ssh_config, read as OpenSSH reads it as far as it concerns a connection. Keywords that
 * deployctl does not act on are skipped. Files are read once, when they are first needed.
 * Thread-safe.
 */
public final class SshConfig {
  private static final String NONE = "none";
  private static final Path SYSTEM = Path.of("/etc/ssh/ssh_config");

  private final Optional<Path> only;
  private final LocalUser local;
  private final Keywords keywords;
  private final ConfigFiles files = new ConfigFiles();

  private SshConfig(Optional<Path> only, LocalUser local) {
    this.only = only;
    this.local = local;
    keywords = new Keywords();
  }

  /** Returns the configuration of {@code ~/.ssh/config} and the system's file. */
  public static SshConfig ofUser(LocalUser local) {
    return new SshConfig(Optional.empty(), local);
  }

  /** Returns the configuration without any file: the defaults of ssh. */
  public static SshConfig empty() {
    return ofFile(Path.of(NONE), LocalUser.current());
  }

  /** Returns the configuration of one file, as {@code ssh -F} does; {@code none} for no file. */
  public static SshConfig ofFile(Path file, LocalUser local) {
    return new SshConfig(Optional.of(file), local);
  }

  /**
   * Returns the settings of one host.
   *
   * @throws DeployException if the files have errors, with file and line of each
   */
  public HostSettings settings(SshConfigQuery query) {
    try {
      Resolved resolved = resolve(query);
      Unsupported.check(resolved.options());
      return new SettingsBuilder(query.host(), resolved.host(), resolved.options(), local).build();
    } catch (BadConfig bad) {
      throw wrong(List.of(String.valueOf(bad.getMessage())));
    } catch (Unsupported.Refusal refusal) {
      throw refused(refusal);
    }
  }

  /**
   * Returns the keywords that deployctl acts on for one host, as lines of {@code ssh -G}.
   *
   * @throws DeployException if the files have errors, with file and line of each
   */
  public List<String> print(SshConfigQuery query) {
    try {
      Resolved resolved = resolve(query);
      return new SettingsPrinter(query.host(), resolved.host(), resolved.options(), local).print();
    } catch (BadConfig bad) {
      throw wrong(List.of(String.valueOf(bad.getMessage())));
    } catch (Unsupported.Refusal refusal) {
      throw refused(refusal);
    }
  }

  /** The name to connect to and the values that apply to it. */
  private record Resolved(String host, Options options) {}

  private Resolved resolve(SshConfigQuery query) throws BadConfig, Unsupported.Refusal {
    checkNames(query);
    Options options = new Options();
    query.user().ifPresent(user -> options.setOnce("user", user));
    query.port().ifPresent(port -> options.setOnce("port", String.valueOf(port)));
    String typed = query.host();
    ConfigPass first = new ConfigPass(files, keywords, local, typed, typed, options, false);
    first.readOptions(query.options());
    readFiles(first);
    String host = HostNameRule.apply(typed, options, local);
    if (first.wantsLastPass() || HostNameRule.canonicalizes(options)) {
      options.replace("hostname", List.of(host));
      readFiles(new ConfigPass(files, keywords, local, host, typed, options, true));
    }
    Unsupported.checkAllowed(options);
    Unsupported.checkPossible(typed, host, options, local);
    return new Resolved(host, options);
  }

  private void readFiles(ConfigPass pass) {
    if (only.isPresent()) {
      if (!only.get().toString().equals(NONE) && !pass.readFile(only.get(), true, false)) {
        throw new DeployException(
            FailureKind.CONFIG,
            "there is no ssh_config " + only.get(),
            "name an existing file, or leave it out to use ~/.ssh/config");
      }
    } else {
      pass.readFile(local.home().resolve(".ssh/config"), true, true);
      pass.readFile(SYSTEM, false, false);
    }
    if (!pass.problems().isEmpty()) {
      throw wrong(pass.problems());
    }
  }

  /** Refuses characters that a shell interprets: names become part of commands of shells. */
  private static void checkNames(SshConfigQuery query) {
    if (query.host().isEmpty()
        || query.host().startsWith("-")
        || query
            .host()
            .chars()
            .anyMatch(c -> c <= ' ' || c == 0x7f || "'`\"$\\;&<>|(){}".indexOf(c) >= 0)) {
      throw new DeployException(
          FailureKind.CONFIG, "not a host name that ssh accepts: " + Quoted.of(query.host()), null);
    }
    String user = query.user().orElse("");
    if (user.matches("(?s)(-.*|.*\\s-.*|.*\\\\|.*['`\";&<>|(){}].*)")) {
      throw new DeployException(
          FailureKind.CONFIG, "not a user name that ssh accepts: " + Quoted.of(user), null);
    }
  }

  private static DeployException refused(Unsupported.Refusal refusal) {
    return new DeployException(
        FailureKind.CONFIG,
        "ssh_config has a setting that deployctl does not support\n  " + refusal.getMessage(),
        refusal.instead());
  }

  private static DeployException wrong(List<String> problems) {
    return new DeployException(
        FailureKind.CONFIG,
        "ssh_config has errors\n  " + String.join("\n  ", problems),
        "compare with 'ssh -G HOST', which reads the same files; to skip a keyword that only a"
            + " newer ssh knows, write IgnoreUnknown KEYWORD before it");
  }
}
