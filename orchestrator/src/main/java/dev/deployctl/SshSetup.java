package dev.deployctl;

import dev.deployctl.cli.ports.SshInspector.Fact;
import dev.deployctl.fleet.FirstNames;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.Host;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.config.SshConfig;
import dev.deployctl.openssh.config.SshConfigQuery;
import dev.deployctl.openssh.keys.SshAgent;
import dev.deployctl.ssh.connect.ConnectionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the agent, keys and known hosts that logins at certain hosts will use. */
final class SshSetup {
  /** Stands for a host that ssh_config says nothing special of. */
  private static final String ANY = "any-host";

  private static final int MOST_NAMES = 3;

  private final Map<Path, Integer> keysInAgents = new HashMap<>();
  private final Map<Fact, List<String>> hostsByFact = new LinkedHashMap<>();

  private SshSetup() {}

  /** Returns each different fact once, with the hosts it is about where it is not about all. */
  static List<Fact> facts(ConnectionSettings settings, List<Host> hosts) {
    SshSetup setup = new SshSetup();
    SshConfig config = SshFacts.of(settings.configFile());
    List<String> addresses = hosts.stream().map(Host::address).distinct().toList();
    for (String address : addresses.isEmpty() ? List.of(ANY) : addresses) {
      SshConfigQuery query =
          new SshConfigQuery(address, settings.user(), settings.port(), settings.options());
      try {
        setup.look(address, config.settings(query));
      } catch (DeployException wrong) {
        setup.add(address, new Fact("ssh_config", false, wrong.reason(), wrong.hint()));
      }
    }
    return setup.all(Math.max(1, addresses.size()));
  }

  private void add(String host, Fact fact) {
    hostsByFact.computeIfAbsent(fact, one -> new ArrayList<>()).add(host);
  }

  private List<Fact> all(int hosts) {
    List<Fact> facts = new ArrayList<>();
    hostsByFact.forEach(
        (fact, about) ->
            facts.add(
                about.size() == hosts
                    ? fact
                    : new Fact(
                        fact.name(),
                        fact.ok(),
                        fact.message() + " (for " + FirstNames.of(about, MOST_NAMES) + ")",
                        fact.remedy())));
    return facts;
  }

  private void look(String host, HostSettings settings) {
    boolean some = agent(host, settings) > 0;
    List<String> files =
        settings.identities().stream()
            .filter(Files::isReadable)
            .map(Path::toString)
            .distinct()
            .toList();
    some |= !files.isEmpty();
    add(
        host,
        new Fact(
            "keys",
            some,
            files.isEmpty() ? "no key file" + missing(settings) : String.join(", ", files),
            some ? null : "make one with ssh-keygen, or add one to your agent with ssh-add"));
    List<String> known =
        Stream.concat(settings.userKnownHosts().stream(), settings.globalKnownHosts().stream())
            .filter(Files::isReadable)
            .map(Path::toString)
            .toList();
    add(
        host,
        new Fact(
            "known_hosts",
            !known.isEmpty(),
            known.isEmpty() ? "there is none: no host is known" : String.join(", ", known),
            known.isEmpty() ? "ssh to a host once, and compare its fingerprint" : null));
  }

  /**
   * Names the files that the configuration asks for; those that ssh tries by default are no news.
   */
  private static String missing(HostSettings settings) {
    return settings.identitiesGiven() && !settings.identities().isEmpty()
        ? ": ssh_config names "
            + String.join(", ", settings.identities().stream().map(Path::toString).toList())
        : "";
  }

  /** Returns how many keys the agent holds. No agent is no fault: key files do as well. */
  private int agent(String host, HostSettings settings) {
    Optional<Path> socket = settings.agentSocket();
    if (socket.isEmpty()) {
      add(host, new Fact("agent", true, "none in use", null));
      return 0;
    }
    try {
      int keys = keys(socket.get());
      add(host, new Fact("agent", true, socket.get() + ": " + keys + " keys", null));
      return keys;
    } catch (IOException silent) {
      add(
          host,
          new Fact(
              "agent",
              false,
              socket.get() + " does not answer: " + silent.getMessage(),
              "start ssh-agent again, or unset SSH_AUTH_SOCK"));
      return 0;
    }
  }

  private int keys(Path socket) throws IOException {
    Integer counted = keysInAgents.get(socket);
    if (counted == null) {
      try (SshAgent agent = SshAgent.connect(socket)) {
        counted = agent.identities().size();
      }
      keysInAgents.put(socket, counted);
    }
    return counted;
  }
}
