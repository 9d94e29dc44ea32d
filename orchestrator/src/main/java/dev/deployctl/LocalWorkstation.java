package dev.deployctl;

import dev.deployctl.bootstrap.Bootstrap;
import dev.deployctl.bootstrap.ScriptArchive;
import dev.deployctl.cli.ports.Workstation;
import dev.deployctl.fleet.Interruption;
import dev.deployctl.fleet.LocalTerminal;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The process and the account that this program runs in. */
final class LocalWorkstation implements Workstation {
  private final Map<String, String> environment;

  LocalWorkstation(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public String identity() {
    String user = environment.getOrDefault("USER", System.getProperty("user.name", "unknown"));
    return user + "@" + machine();
  }

  private String machine() {
    String given = environment.get("HOSTNAME");
    if (given != null && !given.isBlank()) {
      return given;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException nameless) {
      return "localhost";
    }
  }

  @Override
  public @Nullable String variable(String name) {
    return environment.get(name);
  }

  @Override
  public void logVerbosely() {
    Logging.verbose();
  }

  @Override
  public @Nullable String secret(String question) {
    return StandardStreams.secret(question);
  }

  @Override
  public byte[] input(int limit) {
    return StandardStreams.input(limit);
  }

  /** Reads the archive in the jar, or the one that DEPLOYCTL_HOST_SCRIPT names. */
  @Override
  public Bootstrap.Packaged hostScript() {
    String given = environment.get("DEPLOYCTL_HOST_SCRIPT");
    String source = given == null ? "this program" : given;
    try (InputStream archive =
        given == null
            ? Bootstrap.class.getResourceAsStream(ScriptArchive.RESOURCE)
            : Files.newInputStream(Path.of(given))) {
      if (archive == null) {
        throw unreadable(source, "the build did not pack it");
      }
      return ScriptArchive.read(archive.readAllBytes(), source);
    } catch (IOException | InvalidPathException failed) {
      throw unreadable(source, failed.toString());
    }
  }

  private static DeployException unreadable(String source, String reason) {
    return new DeployException(
        FailureKind.CONFIG,
        "the host script cannot be read from " + source + ": " + reason,
        "install deployctl again");
  }

  @Override
  public LocalTerminal rawTerminal() {
    return RawTerminal.open(environment);
  }

  @Override
  public InterruptWatch watchInterrupts(Interruption interruption, Runnable first) {
    Runnable stop =
        () -> {
          boolean again = interruption.requested();
          if (interruption.request()) {
            return; // the part that ran has ended, and the command reports it
          }
          if (again) {
            // The second one ends the program. Hosts finish by themselves what they have begun.
            Runtime.getRuntime().halt(130);
          }
          first.run();
        };
    // CI ends a job with TERM. A closing terminal sends HUP, some of them twice: no person sent
    // it, so a repeated HUP does not end the program.
    Runnable once =
        () -> {
          if (!interruption.requested()) {
            stop.run();
          }
        };
    List<Optional<Runnable>> restore =
        List.of(Signals.on("INT", stop), Signals.on("TERM", stop), Signals.on("HUP", once));
    return () -> restore.forEach(handle -> handle.ifPresent(Runnable::run));
  }
}
