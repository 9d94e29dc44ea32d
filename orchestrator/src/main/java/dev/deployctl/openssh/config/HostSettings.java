package dev.deployctl.openssh.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one host that a connection needs, with tokens and {@code ~} replaced.
 *
 * @param typed the name as it was typed
 * @param hostName the name or address to connect to
 * @param user the user to log in as
 * @param identities key files, in order
 * @param identitiesGiven whether they come from the configuration and not from the defaults
 * @param agentSocket the socket of the ssh-agent; empty where no agent is used
 * @param names the names under which the host's keys are looked up
 * @param proxyCommand the command whose input and output are the connection
 * @param jump the jump host
 * @param connectTimeout empty where none is set
 * @param algorithms lists of algorithms by keyword; only those that the configuration sets
 * @param notes keywords that have no effect, for the verbose log
 */
public record HostSettings(
    String typed,
    String hostName,
    int port,
    String user,
    AddressFamily addressFamily,
    Optional<String> bindAddress,
    Optional<String> bindInterface,
    List<Path> identities,
    boolean identitiesGiven,
    List<Path> certificates,
    boolean identitiesOnly,
    Optional<Path> agentSocket,
    boolean publicKeyAllowed,
    List<Path> userKnownHosts,
    List<Path> globalKnownHosts,
    HostNames names,
    StrictHostKeyChecking strictHostKeyChecking,
    boolean hashKnownHosts,
    Optional<Path> revokedHostKeys,
    int requiredRsaSize,
    Optional<String> proxyCommand,
    Optional<JumpHosts> jump,
    Optional<Duration> connectTimeout,
    int connectionAttempts,
    Optional<Duration> serverAliveInterval,
    int serverAliveCountMax,
    boolean tcpKeepAlive,
    boolean batchMode,
    Map<String, String> environment,
    Map<String, String> algorithms,
    List<String> notes) {
  private static final int DEFAULT_PORT = 22;

  public HostSettings {
    identities = List.copyOf(identities);
    certificates = List.copyOf(certificates);
    userKnownHosts = List.copyOf(userKnownHosts);
    globalKnownHosts = List.copyOf(globalKnownHosts);
    environment = Map.copyOf(environment);
    algorithms = Map.copyOf(algorithms);
    notes = List.copyOf(notes);
  }

  /** The addresses of a name that are used. */
  public enum AddressFamily {
    ANY,
    INET,
    INET6
  }

  /** The treatment of a host whose key is not known. A changed key is always refused. */
  public enum StrictHostKeyChecking {
    /** Refuse. */
    YES,
    /** Refuse, because nobody can be asked during a rollout. */
    ASK,
    /** Record the key and connect. */
    ACCEPT_NEW
  }

  /** Returns user, name and address for messages, such as {@code joe@web1 (10.0.0.1) port 2222}. */
  public String label() {
    String name = typed.equals(hostName) ? hostName : typed + " (" + hostName + ")";
    return user + "@" + (port == DEFAULT_PORT ? name : name + " port " + port);
  }
}
