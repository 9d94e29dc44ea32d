package dev.deployctl.openssh.knownhosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deployctl.model.DeployException;
import dev.deployctl.openssh.config.HostNames;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.openssh.keys.TestKey;
import dev.deployctl.openssh.keys.WireWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Host keys and the lines of known_hosts. */
class KnownHostsTest extends KnownHostsFixture {
  private static String hashed(String name, TestKey key) {
    return KnownHostsFile.line(name, key.key(), true);
  }

  @Test
  void trustsTheKeyOfTheName() throws IOException {
    KnownHosts known = known("# comment", "", line("db1,web1", KEY));
    HostKeyVerdict verdict = judge(known, WEB1, KEY.key());
    assertThat(verdict).isInstanceOf(HostKeyVerdict.Trusted.class);
    assertThat(((HostKeyVerdict.Trusted) verdict).by().number()).isEqualTo(3);
  }

  @Test
  void ignoresTheCaseOfNames() throws IOException {
    assertThat(judge(known(line("WEB1", KEY)), HostNames.of("Web1", 22), KEY.key()).trusted())
        .isTrue();
  }

  @Test
  void doesNotTrustAHostWithoutALine() throws IOException {
    assertThat(judge(known(line("db1", KEY)), WEB1, KEY.key()))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
    assertThat(judge(KnownHosts.read(List.of(directory.resolve("absent"))), WEB1, KEY.key()))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
  }

  @Test
  void namesTheLinesAgainstWhichAKeyHasChanged() throws IOException {
    HostKeyVerdict verdict = judge(known("", line("web1", OTHER)), WEB1, KEY.key());
    assertThat(verdict).isInstanceOf(HostKeyVerdict.Changed.class);
    String message = HostKeyText.message(verdict, WEB1, KEY.key());
    assertThat(message)
        .contains("HAS CHANGED", KEY.key().fingerprint(), OTHER.key().fingerprint(), ":2 has");
    assertThat(HostKeyText.hint(verdict, WEB1, "ssh web1 true"))
        .contains("ssh-keygen -R 'web1' -f");
  }

  @Test
  void treatsAnotherKeyTypeAsAChange() throws IOException {
    HostKeyVerdict verdict = judge(known(line("web1", TestKey.rsa(2048))), WEB1, KEY.key());
    assertThat(verdict).isInstanceOf(HostKeyVerdict.Changed.class);
    assertThat(((HostKeyVerdict.Changed) verdict).types()).containsExactly("ssh-rsa");
  }

  @Test
  void findsHashedNames() throws IOException {
    KnownHosts known = known(hashed("db1", OTHER), hashed("web1", KEY));
    assertThat(judge(known, WEB1, KEY.key()).trusted()).isTrue();
    assertThat(judge(known, WEB1, OTHER.key())).isInstanceOf(HostKeyVerdict.Changed.class);
    assertThat(judge(known, HostNames.of("web2", 22), KEY.key()))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
  }

  @Test
  void matchesWildcardsAndExclusions() throws IOException {
    KnownHosts known = known(line("*.example.com,!bad.example.com", KEY), line("web?", KEY));
    assertThat(judge(known, HostNames.of("a.example.com", 22), KEY.key()).trusted()).isTrue();
    assertThat(judge(known, HostNames.of("bad.example.com", 22), KEY.key()))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
    assertThat(judge(known, WEB1, KEY.key()).trusted()).isTrue();
  }

  @Test
  void keepsPortsApart() throws IOException {
    KnownHosts known = known(line("[web1]:2222", KEY), line("[web1]:22", OTHER));
    assertThat(judge(known, HostNames.of("web1", 2222), KEY.key()).trusted()).isTrue();
    assertThat(judge(known, WEB1, OTHER.key())).isInstanceOf(HostKeyVerdict.Unknown.class);
    assertThat(judge(known, HostNames.of("web1", 2223), KEY.key()))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
  }

  @Test
  void looksUpThePlainNameIfThePortIsNotKnown() throws IOException {
    HostNames names = HostNames.of("web1", 2222);
    assertThat(judge(known(line("web1", KEY)), names, KEY.key()).trusted()).isTrue();
    assertThat(judge(known(line("web1", OTHER)), names, KEY.key()))
        .isInstanceOf(HostKeyVerdict.Unknown.class);
    KnownHosts both = known(line("[web1]:2222", OTHER), line("web1", KEY));
    assertThat(judge(both, names, KEY.key())).isInstanceOf(HostKeyVerdict.Changed.class);
  }

  @Test
  void looksUpTheAliasWithAnyPort() throws IOException {
    assertThat(judge(known(line("web1", KEY)), HostNames.alias("WEB1"), KEY.key()).trusted())
        .isTrue();
  }

  @Test
  void refusesARevokedKeyEvenIfALaterLineTrustsIt() throws IOException {
    for (String separator : List.of(" ", "\t")) {
      KnownHosts known =
          known(line("web1", KEY), "@revoked" + separator + line("*", KEY), line("web1", KEY));
      assertThat(judge(known, WEB1, KEY.key())).isInstanceOf(HostKeyVerdict.Revoked.class);
    }
  }

  @Test
  void aRevocationHoldsForItsNamesOnly() throws IOException {
    KnownHosts known = known("@revoked " + line("db*", KEY), line("web1", KEY));
    assertThat(judge(known, WEB1, KEY.key()).trusted()).isTrue();
  }

  @Test
  void aRevokedKeyUnderThePlainNameIsRefusedOnAnyPort() throws IOException {
    KnownHosts known = known("@revoked " + line("web1", KEY));
    assertThat(judge(known, HostNames.of("web1", 2222), KEY.key()))
        .isInstanceOf(HostKeyVerdict.Revoked.class);
  }

  @Test
  void ignoresMalformedLines() throws IOException {
    KnownHosts known =
        known(
            "web1",
            "web1 ssh-ed25519",
            "web1 ssh-ed25519 !!!!",
            "web1 " + KEY.key().line().replace("ssh-ed25519", "ssh-rsa"),
            "@unknown " + line("web1", KEY),
            "@cert-authority @revoked " + line("web1", KEY),
            "|1|abc|def ssh-ed25519 AAAA",
            "web1 1024 35 123456");
    assertThat(judge(known, WEB1, KEY.key())).isInstanceOf(HostKeyVerdict.Unknown.class);
  }

  @Test
  void asksFirstForTheTypesThatAHostIsKnownBy() throws IOException {
    TestKey rsa = TestKey.rsa(2048);
    KnownHosts known =
        known(line("web1", rsa), "@cert-authority " + line("*.example.com", AUTHORITY));
    assertThat(known.likelyTypes(WEB1)).containsExactly("ssh-rsa");
    assertThat(known.likelyTypes(HostNames.of("web1", 2222))).containsExactly("ssh-rsa");
    assertThat(known.likelyTypes(HostNames.of("a.example.com", 22)))
        .containsExactly(KnownHosts.ANY_CERTIFICATE);
  }

  @Test
  void asksForTheOtherKnownTypeWhenOneIsRevoked() throws IOException {
    TestKey rsa = TestKey.rsa(2048);
    KnownHosts known = known(line("web1", KEY), line("web1", rsa), "@revoked " + line("*", KEY));
    assertThat(known.likelyTypes(WEB1)).containsExactly("ssh-rsa");
    KnownHosts other = known(line("web1", KEY), line("web1", rsa), "@revoked " + line("*", rsa));
    assertThat(other.likelyTypes(WEB1)).containsExactly("ssh-ed25519");
  }

  @Test
  void asksFirstForTheTypesBehindHashedNames() throws IOException {
    TestKey rsa = TestKey.rsa(2048);
    KnownHosts known =
        known(
            hashed("web1", rsa), "@cert-authority " + hashed("web2", AUTHORITY), hashed("db", KEY));
    assertThat(known.likelyTypes(WEB1)).containsExactly("ssh-rsa");
    assertThat(known.likelyTypes(HostNames.of("web2", 22)))
        .containsExactly(KnownHosts.ANY_CERTIFICATE);
  }

  @Test
  void ignoresATruncatedLine() throws IOException {
    for (TestKey key : List.of(KEY, TestKey.rsa(2048), TestKey.rsa(3072))) {
      String whole = line("web1", key);
      int start = whole.lastIndexOf(' ') + 1;
      for (int end = start; end < whole.length(); end++) {
        KnownHosts known = known(whole.substring(0, end));
        assertThat(judge(known, WEB1, OTHER.key()))
            .as(whole.substring(0, end))
            .isInstanceOf(HostKeyVerdict.Unknown.class);
        assertThat(known.likelyTypes(WEB1)).isEmpty();
      }
      assertThat(judge(known(whole + "AAAA"), WEB1, OTHER.key()))
          .isInstanceOf(HostKeyVerdict.Unknown.class);
      assertThat(judge(known(whole), WEB1, OTHER.key())).isInstanceOf(HostKeyVerdict.Changed.class);
    }
  }

  @Test
  void failsIfAFileCannotBeRead() {
    assertThatThrownBy(() -> KnownHosts.read(List.of(directory)))
        .isInstanceOf(DeployException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void trustsAKnownHostForManyThreadsAtOnce() throws Exception {
    List<String> lines = new ArrayList<>();
    List<TestKey> keys = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      keys.add(TestKey.ed25519());
      lines.add(hashed("host" + i, keys.get(i)));
    }
    KnownHosts known = known(lines.toArray(String[]::new));
    try (ExecutorService threads = Executors.newFixedThreadPool(50)) {
      List<Future<Boolean>> verdicts = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        int host = i % 20;
        verdicts.add(
            threads.submit(
                () ->
                    judge(known, HostNames.of("host" + host, 22), keys.get(host).key()).trusted()
                        && !judge(known, HostNames.of("host" + host, 22), KEY.key()).trusted()));
      }
      for (Future<Boolean> verdict : verdicts) {
        assertThat(verdict.get()).isTrue();
      }
    }
  }

  @Test
  void hashesFewNamesForAKnownHostAmongTenThousand() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      byte[] raw = new byte[32];
      raw[0] = (byte) i;
      raw[1] = (byte) (i >> 8);
      byte[] blob = new WireWriter().string("ssh-ed25519").string(raw).bytes();
      lines.add(KnownHostsFile.line("host" + i, SshPublicKey.of(blob).orElseThrow(), true));
    }
    lines.add(hashed("web1", KEY));
    KnownHosts known = known(lines.toArray(String[]::new));
    long start = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      assertThat(judge(known, WEB1, KEY.key()).trusted()).isTrue();
    }
    // A scan of all lines would hash ten million times, which takes more than this.
    assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L);
  }
}
