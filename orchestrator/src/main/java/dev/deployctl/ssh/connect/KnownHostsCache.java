package dev.deployctl.ssh.connect;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.knownhosts.KnownHosts;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Reads known_hosts files, once for all hosts that have the same files. */
final class KnownHostsCache {
  private final Map<List<Path>, KnownHosts> read = new ConcurrentHashMap<>();

  KnownHosts of(HostSettings host) {
    List<Path> files =
        Stream.concat(host.userKnownHosts().stream(), host.globalKnownHosts().stream()).toList();
    return read.computeIfAbsent(files, KnownHosts::read);
  }
}
