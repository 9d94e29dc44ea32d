package dev.deployctl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The shell of an operator with root rights on a host: the commands of bootstrap. */
final class FakeShell {
  private static final String DIRECTORY = "/var/tmp/deployctl-bootstrap.AbCdEf0123";

  private final List<String> ran = new ArrayList<>();

  /** The directory into which the archive was unpacked. */
  final Path unpacked;

  /** The result of the installer. */
  int installerExit;

  /** The answer to a request for a plan. */
  String plan = "+\tcreate group deployers\n";

  /** The result of each command of {@code packaging/prepare}, by its name. */
  final Map<String, End> prepare = new ConcurrentHashMap<>();

  /** What was written to the standard input of {@code packaging/prepare}. */
  final List<String> inputs = new CopyOnWriteArrayList<>();

  private final FakeHost host;

  FakeShell(FakeHost host, Path unpacked) {
    this.host = host;
    this.unpacked = unpacked;
  }

  /** The result of a command. */
  record End(int exit, String out, String err) {}

  synchronized List<String> ran() {
    return List.copyOf(ran);
  }

  synchronized End run(List<String> words, InputStream input)
      throws IOException, InterruptedException {
    ran.add(String.join(" ", words));
    return switch (words.getFirst()) {
      case "true", "rm", "find" -> new End(0, "", "");
      case "mktemp" -> new End(0, DIRECTORY + "\n", "");
      case "tar" -> unpack(input);
      case "/bin/sh" -> program(words, input);
      default -> new End(127, "", "sudo: " + words.getFirst() + ": command not found");
    };
  }

  private End program(List<String> words, InputStream input) throws IOException {
    if (words.get(1).equals("-s")) {
      inputs.add(new String(input.readAllBytes(), StandardCharsets.UTF_8));
      return new End(0, plan, "");
    }
    if (words.get(1).endsWith("/packaging/prepare")) {
      inputs.add(new String(input.readAllBytes(), StandardCharsets.UTF_8));
      return prepare.getOrDefault(words.get(2), new End(0, "", ""));
    }
    return install();
  }

  /** Unpacks with the real tar, as on a host. */
  private End unpack(InputStream input) throws IOException, InterruptedException {
    Files.createDirectories(unpacked);
    Process tar =
        new ProcessBuilder("tar", "-x", "-C", unpacked.toString(), "-f", "-")
            .redirectErrorStream(true)
            .start();
    try (var to = tar.getOutputStream()) {
      input.transferTo(to);
    }
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new End(tar.waitFor(), "", said);
  }

  private End install() {
    if (installerExit != 0) {
      return new End(installerExit, "", "install: no Python 3.9 or newer");
    }
    host.answers("version", 0, Transcripts.of("version"));
    return new End(0, "done\n", "");
  }
}
