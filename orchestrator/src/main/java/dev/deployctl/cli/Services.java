package dev.deployctl.cli;

import dev.deployctl.config.DeployConfig;
import dev.deployctl.config.SshSettings;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.Inventory;
import dev.deployctl.fleet.Timeline;
import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What commands need of the world. The wiring gives the real one, tests give others. */
public interface Services {
  /**
   * Reads the developer's file.
   *
   * @param file the file, or null to look for it
   * @param environment the overlay to lay over it, or null
   */
  DeployConfig config(@Nullable Path file, @Nullable String environment);

  Inventory inventory(InventorySettings settings);

  /**
   * The hosts that can be told without asking anybody over the network, for the shell's completion:
   * those of a file, or what EC2 said lately. Never to be acted upon.
   *
   * @param query which ones, or null for all that are known
   */
  List<Host> hostsAtHand(InventorySettings settings, @Nullable TagQuery query);

  /** Opens no connection yet; the caller closes it. */
  HostAgent agent(SshSettings settings);

  Timeline timeline();

  /**
   * Takes Ctrl-C over while a rollout runs: the first asks the rollout to stop, the second leaves
   * at once. What CI or a closing terminal sends is such a first one, too.
   *
   * @param first what else the first one does, such as telling the user
   */
  InterruptWatch watchInterrupts(Interruption interruption, Runnable first);

  /** Whether there is a person who can be asked: on a terminal, not in CI, and not forbidden. */
  boolean mayAsk();

  /** From now on nobody is asked anything: no question, no passphrase, no code. */
  void neverAsk();

  /** From now on libraries and the program tell on standard error what they do. */
  void verbose();

  /** The environments that a deployctl.yml has. */
  List<String> environments(Path file);

  /** One host, as a user would name it to ssh. */
  record SshQuestion(
      String host, @Nullable Path config, @Nullable String user, @Nullable Integer port) {}

  /** What ssh_config means for a host, line by line as {@code ssh -G} writes it. */
  List<String> sshConfig(SshQuestion question);

  /** Whether a host's key is trusted, and why. */
  record Verdict(boolean trusted, String why, @Nullable String hint) {}

  /** Connects, without logging in if that can be helped, and judges the host's key. */
  Verdict hostKey(SshQuestion question) throws InterruptedException;

  /** One thing about the workstation: whether it is as it should be, and what mends it. */
  record Fact(String name, boolean ok, String message, @Nullable String remedy) {}

  /**
   * Looks at agent, keys and known hosts of this workstation, as the settings of the hosts in
   * ssh_config name them.
   *
   * @param hosts none for the settings that hold for a host in general
   */
  List<Fact> sshFacts(SshSettings settings, List<Host> hosts);

  /** Whether there is a deployctl.yml at hand. */
  boolean hasConfig();

  /** Commands over the connections of an agent that these services gave. */
  HostShell shell(HostAgent agent);

  /** The host-side script that was packaged with this program. */
  Path hostScript();

  /** Who this is, for locks and messages: {@code alice@laptop}. */
  String identity();

  /** An environment variable of the workstation. */
  @Nullable String variable(String name);

  /** Until it is closed, Ctrl-C is the rollout's. */
  interface InterruptWatch extends AutoCloseable {
    @Override
    void close();
  }
}
