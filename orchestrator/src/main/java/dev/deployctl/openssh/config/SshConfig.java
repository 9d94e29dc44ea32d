package dev.deployctl.openssh.config;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Words;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The user's ssh_config, with OpenSSH's own semantics. Files are read when they are first needed,
 * and once. Safe for any number of threads.
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
    keywords = new Keywords(Algorithms.OPENSSH);
  }

  /** {@code ~/.ssh/config}, then the system's. */
  public static SshConfig ofUser(LocalUser local) {
    return new SshConfig(Optional.empty(), local);
  }

  /** No file at all: ssh's defaults. */
  public static SshConfig empty() {
    return ofFile(Path.of(NONE), LocalUser.current());
  }

  /** One file instead of both, as by {@code ssh -F}; {@code none} for no file at all. */
  public static SshConfig ofFile(Path file, LocalUser local) {
    return new SshConfig(Optional.of(file), local);
  }

  /**
   * What holds for one host.
   *
   * @throws DeployException something in the files is wrong, with every place where
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
   * What holds for one host, line by line as {@code ssh -G} writes it.
   *
   * @throws DeployException something in the files is wrong, with every place where
   */
  public List<String> print(SshConfigQuery query) {
    try {
      Resolved resolved = resolve(query);
      return new SshConfigPrinter(
              query.host(), resolved.host(), resolved.options(), local, Algorithms.OPENSSH)
          .print();
    } catch (BadConfig bad) {
      throw wrong(List.of(String.valueOf(bad.getMessage())));
    } catch (Unsupported.Refusal refusal) {
      throw refused(refusal);
    }
  }

  /** The name to connect to, and all that was set for it. */
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
            "name one that is there, or leave it out to use ~/.ssh/config");
      }
    } else {
      pass.readFile(local.home().resolve(".ssh/config"), true, true);
      pass.readFile(SYSTEM, false, false);
    }
    if (!pass.problems().isEmpty()) {
      throw wrong(pass.problems());
    }
  }

  /** Names end up in commands that shells run, so they may hold nothing that a shell obeys. */
  private static void checkNames(SshConfigQuery query) {
    if (query.host().isEmpty()
        || query.host().startsWith("-")
        || query
            .host()
            .chars()
            .anyMatch(c -> c <= ' ' || c == 0x7f || "'`\"$\\;&<>|(){}".indexOf(c) >= 0)) {
      throw new DeployException(
          FailureKind.CONFIG,
          "not a name that ssh could connect to: " + Words.quoted(query.host()),
          null);
    }
    String user = query.user().orElse("");
    if (user.matches("(?s)(-.*|.*\\s-.*|.*\\\\|.*['`\";&<>|(){}].*)")) {
      throw new DeployException(
          FailureKind.CONFIG, "not a user that ssh could log in as: " + Words.quoted(user), null);
    }
  }

  private static DeployException refused(Unsupported.Refusal refusal) {
    return new DeployException(
        FailureKind.CONFIG,
        "ssh_config asks for what deployctl does not do\n  " + refusal.getMessage(),
        refusal.instead());
  }

  private static DeployException wrong(List<String> problems) {
    return new DeployException(
        FailureKind.CONFIG,
        "ssh_config is wrong\n  " + String.join("\n  ", problems),
        "compare with 'ssh -G HOST', which reads the same files; a keyword that only a newer ssh"
            + " knows is passed over where ssh_config says IgnoreUnknown KEYWORD");
  }
}
