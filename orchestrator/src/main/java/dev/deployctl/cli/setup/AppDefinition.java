package dev.deployctl.cli.setup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.deployctl.model.App;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The first definition of an app, for operators to go on from.
 *
 * @param repository the image repository, with its registry
 * @param deployers users and groups, separated by commas
 * @param serverName one or more names, separated by spaces
 * @param port the port that the app listens on; empty if it listens on a socket
 */
record AppDefinition(
    App app,
    Preset preset,
    String repository,
    String deployers,
    String serverName,
    OptionalInt port) {

  /**
   * Returns the file's text. Lines of the template that begin with {@code socket|} or {@code port|}
   * are for that way of listening.
   */
  String text() {
    String kept = port.isPresent() ? "port|" : "socket|";
    String dropped = port.isPresent() ? "socket|" : "port|";
    return template()
        .lines()
        .filter(line -> !line.startsWith(dropped))
        .map(line -> line.startsWith(kept) ? line.substring(kept.length()) : line)
        .map(this::filled)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String filled(String line) {
    return line.replace("@APP@", app.name())
        .replace("@REPOSITORY@", repository)
        .replace("@DEPLOYERS@", deployers)
        .replace("@SERVER_NAME@", serverName)
        .replace("@PORT@", String.valueOf(port.orElse(preset.port())));
  }

  private String template() {
    String name = preset + ".conf";
    try (InputStream file = AppDefinition.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
