package dev.deployctl.openssh.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What ssh_config says of one host: everything a connection needs, with tokens and {@code ~}
 * replaced.
 *
 * @param typed the name as it was typed
 * @param hostName the name or address to connect to
 * @param user who logs in there
 * @param identities key files, in order
 * @param identitiesGiven whether those come from the configuration and not from the defaults
 * @param agentSocket the socket of the ssh-agent, empty where none is to be used
 * @param names the names under which the host's keys are looked up
 * @param proxyCommand a command whose input and output are the connection
 * @param jump the hop to go through
 * @param connectTimeout empty where none is set
 * @param algorithms lists of algorithms by keyword; only those that the configuration sets
 * @param notes what was read and has no effect, for someone who looks for a fault
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
  public HostSettings {
    identities = List.copyOf(identities);
    certificates = List.copyOf(certificates);
    userKnownHosts = List.copyOf(userKnownHosts);
    globalKnownHosts = List.copyOf(globalKnownHosts);
    environment = Map.copyOf(environment);
    algorithms = Map.copyOf(algorithms);
    notes = List.copyOf(notes);
  }

  /** Which addresses of a name are used. */
  public enum AddressFamily {
    ANY,
    INET,
    INET6
  }

  /** What becomes of a host whose key is not known. A changed key is always refused. */
  public enum StrictHostKeyChecking {
    /** Refuse. */
    YES,
    /** Refuse: there is nobody to ask in the middle of a rollout. */
    ASK,
    /** Remember the key and go on. */
    ACCEPT_NEW
  }

  /** {@code user@host}, with the port where it is not 22. */
  public String target() {
    return user + "@" + hostName + (port == 22 ? "" : ":" + port);
  }
}
