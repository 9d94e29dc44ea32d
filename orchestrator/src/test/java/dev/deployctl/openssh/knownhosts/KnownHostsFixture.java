package dev.deployctl.openssh.knownhosts;

import dev.deployctl.openssh.config.Algorithms;
import dev.deployctl.openssh.config.HostNames;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.openssh.keys.TestKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** Keys, known_hosts files of some lines, and the verdict on a key. */
abstract class KnownHostsFixture {
  static final TestKey KEY = TestKey.ed25519();
  static final TestKey OTHER = TestKey.ed25519();
  static final TestKey AUTHORITY = TestKey.ed25519();
  static final List<String> ALGORITHMS = Algorithms.AUTHORITIES.defaults();
  static final HostNames WEB1 = HostNames.of("web1", 22);

  @TempDir Path directory;

  KnownHosts known(String... lines) throws IOException {
    Path file = Files.createTempFile(directory, "known_hosts", "");
    Files.writeString(file, String.join("\n", lines) + "\n");
    return KnownHosts.read(List.of(file));
  }

  static HostKeyVerdict judge(KnownHosts known, HostNames names, SshPublicKey key) {
    return known.judge(names, key, Instant.now(), ALGORITHMS);
  }

  static String line(String names, TestKey key) {
    return names + " " + key.key().line();
  }
}
