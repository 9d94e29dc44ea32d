package dev.deployctl.cli.ports;

import dev.deployctl.config.SshSettings;
import dev.deployctl.model.Host;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Inspects the user's SSH configuration. */
public interface SshInspector {
  /** One host, as a user would name it to ssh. */
  record SshQuestion(
      String host, @Nullable Path config, @Nullable String user, @Nullable Integer port) {}

  /** Returns what ssh_config means for a host, line by line in the form of {@code ssh -G}. */
  List<String> config(SshQuestion question);

  /** The decision on a host key, with the reason. */
  record Verdict(boolean trusted, String why, @Nullable String hint) {}

  /** Connects, if possible without logging in, and checks the host's key. */
  Verdict hostKey(SshQuestion question) throws InterruptedException;

  /** The result of one check of the workstation, and what fixes a failed one. */
  record Fact(String name, boolean ok, String message, @Nullable String remedy) {}

  /**
   * Checks the agent, keys and known hosts that ssh_config names for these hosts.
   *
   * @param hosts empty for the settings of a host in general
   */
  List<Fact> facts(SshSettings settings, List<Host> hosts);
}
