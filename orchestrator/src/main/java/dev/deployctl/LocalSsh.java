package dev.deployctl;

import dev.deployctl.cli.ports.SshInspector;
import dev.deployctl.config.SshSettings;
import dev.deployctl.model.Host;
import java.util.List;

/** Inspects the SSH configuration of this machine. */
final class LocalSsh implements SshInspector {
  private final SshFleets fleets;

  LocalSsh(SshFleets fleets) {
    this.fleets = fleets;
  }

  @Override
  public List<String> config(SshQuestion question) {
    return SshFacts.config(question);
  }

  @Override
  public Verdict hostKey(SshQuestion question) throws InterruptedException {
    return SshFacts.hostKey(question);
  }

  @Override
  public List<Fact> facts(SshSettings settings, List<Host> hosts) {
    return SshSetup.facts(fleets.ssh(settings), hosts);
  }
}
