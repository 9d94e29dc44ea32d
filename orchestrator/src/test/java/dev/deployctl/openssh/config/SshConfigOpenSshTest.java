package dev.deployctl.openssh.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Settings and errors of ssh_config files, compared with the real ssh. */
class SshConfigOpenSshTest {
  @TempDir static Path directory;
  private static RealSshG ssh;

  @BeforeAll
  static void startSsh() throws Exception {
    RealSshG.required();
    ssh = new RealSshG(directory);
  }

  /**
   * One configuration: its files, the first of which is called config, and the arguments of ssh.
   */
  private record Case(String name, List<String> arguments, Map<String, String> files) {}

  @TestFactory
  Stream<DynamicTest> readsTheCorpusAsSshDoes() throws IOException {
    List<Case> corpus = corpus();
    assertThat(corpus).hasSizeGreaterThanOrEqualTo(60);
    return corpus.stream()
        .map(c -> DynamicTest.dynamicTest(c.name(), () -> ssh.compare(c.files(), c.arguments())));
  }

  @Test
  void readsTheFilesOfThisMachineAsSshDoes() throws Exception {
    ssh.compareFilesOfThisMachine();
  }

  @TestFactory
  Stream<DynamicTest> readsRandomFilesAsSshDoes() {
    return IntStream.range(0, 150)
        .mapToObj(
            seed ->
                DynamicTest.dynamicTest(
                    "seed " + seed,
                    () -> ssh.compare(Map.of("config", randomFile(seed)), List.of("web1"))));
  }

  private static final List<String> BLOCKS =
      List.of(
          "Host web*",
          "Host * !web1",
          "Host !db* web?",
          "Host other",
          "Host \"web1\" other",
          "Match host web1",
          "Match host *.example.com",
          "Match user u*",
          "Match originalhost web1 user *",
          "Match !host web1",
          "Match host web1 !user root",
          "Match all",
          "Match final all",
          "Match exec \"test -d /\"");
  private static final List<String> KEYWORDS =
      List.of(
          "HostName",
          "User",
          "Port",
          "IdentityFile",
          "CertificateFile",
          "ProxyJump",
          "ProxyCommand",
          "UserKnownHostsFile",
          "StrictHostKeyChecking",
          "HostKeyAlias",
          "ConnectTimeout",
          "ServerAliveInterval",
          "ServerAliveCountMax",
          "AddressFamily",
          "BatchMode",
          "IdentitiesOnly",
          "SendEnv",
          "SetEnv",
          "Ciphers",
          "HostKeyAlgorithms",
          "HashKnownHosts",
          "LogLevel",
          "Compression",
          "IdentityAgent",
          "BindAddress",
          "PreferredAuthentications",
          "Include",
          "LocalForward",
          "Frobnicate");

  /** Keywords that deployctl skips, with their errors. */
  private static final Set<String> SKIPPED = Set.of("LogLevel", "Compression", "LocalForward");

  private static final List<String> VALUES =
      List.of(
          "yes",
          "no",
          "none",
          "ask",
          "auto",
          "22",
          "0",
          "1m",
          "-1",
          "web2",
          "%h.example.com",
          "10.0.0.1",
          "u1",
          "~/.ssh/x",
          "\"a b\"",
          "'a b'",
          "a\\ b",
          "a b",
          "A=1",
          "+aes256-cbc",
          "ssh-ed25519",
          "-ssh-*",
          "host:22",
          "8080 web:80",
          "af21 cs1",
          "accept-new",
          "inet",
          "VERBOSE",
          "${MYDIR}/s",
          "%%",
          "%x",
          "# comment",
          "\"open",
          "=x",
          "");

  private static String randomFile(int seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    int lines = 1 + random.nextInt(8);
    for (int i = 0; i < lines; i++) {
      if (random.nextInt(4) == 0) {
        text.append(BLOCKS.get(random.nextInt(BLOCKS.size())));
      } else {
        String keyword = KEYWORDS.get(random.nextInt(KEYWORDS.size()));
        // Most lines must be valid, or ssh would refuse every file.
        boolean any = random.nextInt(8) == 0 && !SKIPPED.contains(keyword);
        text.append(" ".repeat(random.nextInt(3)))
            .append(keyword)
            .append(random.nextInt(5) == 0 ? "=" : " ");
        text.append(any ? VALUES.get(random.nextInt(VALUES.size())) : fitting(keyword, random));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String fitting(String keyword, Random random) {
    List<String> values =
        switch (keyword) {
          case "Port", "ServerAliveCountMax" -> List.of("22", "2222", "443");
          case "ConnectTimeout", "ServerAliveInterval" -> List.of("5", "1m", "1h");
          case "BatchMode",
              "IdentitiesOnly",
              "HashKnownHosts",
              "Compression",
              "StrictHostKeyChecking" ->
              List.of("yes", "no");
          case "AddressFamily" -> List.of("inet", "inet6", "any");
          case "Ciphers" -> List.of("aes128-ctr", "+aes256-cbc", "-aes*-ctr", "^aes256-ctr");
          case "HostKeyAlgorithms" -> List.of("ssh-ed25519", "+ssh-rsa", "-ssh-*", "rsa-sha2-*");
          case "SetEnv" -> List.of("A=1", "B=2 C=3", "A=2");
          case "SendEnv" -> List.of("A", "LC_*", "-LC_*");
          case "LogLevel" -> List.of("VERBOSE", "debug1", "quiet");
          case "LocalForward" -> List.of("8080 web:80", "[::1]:1 db:2");
          case "Include" -> List.of("no-such-file-*", "/no/such/file");
          case "IdentityAgent" -> List.of("none", "SSH_AUTH_SOCK", "~/a-%h", "$MYSOCK");
          case "Frobnicate" -> List.of("yes");
          default -> List.of("web2", "u1", "~/.ssh/x", "\"a\"", "10.0.0.1", "none");
        };
    return values.get(random.nextInt(values.size()));
  }

  private static List<Case> corpus() throws IOException {
    List<Case> cases = new ArrayList<>();
    Path file = Path.of("src/test/resources/openssh/ssh_config.corpus");
    String name = "";
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("=== ")) {
        String[] parts = line.substring(4).split(" :: ", 2);
        name = "config";
        cases.add(
            new Case(
                parts[0],
                ConfigLine.split(parts[1]).orElseThrow(),
                new LinkedHashMap<>(Map.of(name, ""))));
      } else if (line.startsWith("--- ")) {
        name = line.substring(4);
        cases.getLast().files().put(name, "");
      } else if (!cases.isEmpty()) {
        cases.getLast().files().merge(name, line + "\n", String::concat);
      }
    }
    return cases;
  }
}
