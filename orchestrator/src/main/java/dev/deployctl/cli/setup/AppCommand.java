package dev.deployctl.cli.setup;

import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.options.JsonOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.terminal.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the first definition of an app into the operators' directory. */
@Command(
    name = "app",
    description = {
      "Write a commented definition of an app, apps/NAME.conf.",
      "Asks for what no option says. The comments say what the image needs."
    })
public final class AppCommand implements Callable<Integer> {
  /** An action on a definition. */
  public enum Action {
    NEW
  }

  /** The kinds of application, for the shell's completion. */
  static final class Presets implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Preset.names().iterator();
    }
  }

  private final Services services;
  private final Console console;

  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Parameters(index = "0", paramLabel = "new", description = "Write a definition.")
  Action action;

  @Parameters(index = "1", paramLabel = "NAME", description = "Name of the app.")
  App app;

  @Option(
      names = "--preset",
      paramLabel = "KIND",
      completionCandidates = Presets.class,
      description = "Kind of application: ${COMPLETION-CANDIDATES}.")
  @Nullable String preset;

  @Option(
      names = "--repository",
      paramLabel = "IMAGE",
      description = "Image repository, such as registry.example.com/blog.")
  @Nullable String repository;

  @Option(
      names = "--deployers",
      paramLabel = "USERS",
      description =
          "Users that may deploy, and groups after a percent sign (default: the group deployers).")
  @Nullable String deployers;

  @Option(
      names = "--server-name",
      paramLabel = "NAMES",
      description = "Names of the virtual host, such as blog.example.com.")
  @Nullable String serverName;

  @Option(
      names = "--listen",
      paramLabel = "socket|PORT",
      description = "How the app listens (default: as the preset usually does).")
  @Nullable String listen;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The operators' directory (default: the current one).")
  Path directory;

  public AppCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() {
    return switch (action) {
      case NEW -> create();
    };
  }

  private int create() {
    Path file = directory.resolve("apps").resolve(app + ".conf").normalize();
    boolean asks = confirmation.asks(services, new JsonOptions());
    if (Files.exists(file) && !mayReplace(file, asks)) {
      throw new DeployException(
          FailureKind.CONFIG,
          file + " exists already; nothing was written",
          "remove it first, or choose another --directory");
    }
    AppAnswers answers = new AppAnswers(asks, console.out(), console.answers());
    Preset kind = answers.preset(preset);
    AppDefinition definition =
        new AppDefinition(
            app,
            kind,
            answers.repository(repository, app),
            answers.deployers(deployers),
            answers.serverName(serverName, app),
            answers.port(listen, kind));
    write(file, definition.text());
    next(file);
    return ExitCodes.OK;
  }

  private boolean mayReplace(Path file, boolean asks) {
    if (!asks) {
      return false;
    }
    console.out().print(file + " exists already and will be replaced.\n");
    return confirmation.agreed(services, new JsonOptions(), console.answers());
  }

  private void write(Path file, String text) {
    try {
      Path parent = file.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.writeString(file, text, StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new DeployException(
          FailureKind.CONFIG, "cannot write " + file + ": " + failed.getMessage(), null);
    }
  }

  private void next(Path file) {
    PrintWriter out = console.out();
    out.print("wrote " + file + "\n\nNext:\n");
    step("read it", "its head says what the image needs");
    step("deployctl.yml", "name the app there, with the tags of its hosts (deployctl init)");
    step("env/" + app + ".env", "set what [env] required lists, and chmod 600 it");
    step("deployctl apply --check", "to see what would change on the hosts");
    step("deployctl apply", "to bring it there");
    step("deployctl rollout " + app + " --tag TAG", "to deploy");
    out.flush();
  }

  private void step(String what, String why) {
    console.out().printf("  %-" + (26 + app.name().length()) + "s  %s%n", what, why);
  }
}
