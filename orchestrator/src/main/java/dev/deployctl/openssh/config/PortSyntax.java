package dev.deployctl.openssh.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Parses ports, by number or by the name of a service. */
final class PortSyntax implements Syntax {
  private static final Path SERVICES = Path.of("/etc/services");

  @Override
  public void read(Arguments arguments, Options options, boolean active) throws BadConfig {
    int port = port(arguments.word());
    if (active) {
      options.setOnce("port", String.valueOf(port));
    }
  }

  static int port(String word) throws BadConfig {
    Optional<Integer> port =
        word.matches("[0-9]{1,5}") ? Optional.of(Integer.valueOf(word)) : service(word);
    return port.filter(number -> number > 0 && number <= 65535)
        .orElseThrow(() -> new BadConfig("'" + word + "' is not a port"));
  }

  private static Optional<Integer> service(String name) {
    try {
      return Files.readString(SERVICES, StandardCharsets.ISO_8859_1)
          .lines()
          .map(line -> line.replaceFirst("#.*", "").strip().split("\\s+"))
          .filter(words -> words.length > 1 && words[1].matches("[0-9]{1,5}/tcp"))
          .filter(words -> named(words, name))
          .map(words -> Integer.valueOf(words[1].substring(0, words[1].length() - 4)))
          .findFirst();
    } catch (IOException noServices) {
      return Optional.empty();
    }
  }

  private static boolean named(String[] words, String name) {
    for (int i = 0; i < words.length; i++) {
      if (i != 1 && words[i].equals(name)) {
        return true;
      }
    }
    return false;
  }
}
