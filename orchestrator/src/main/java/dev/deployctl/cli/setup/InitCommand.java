package dev.deployctl.cli.setup;

import dev.deployctl.cli.options.ConfirmOptions;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.model.App;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.ExitCodes;
import dev.deployctl.model.FailureKind;
import dev.deployctl.output.terminal.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a first deployctl.yml. */
@Command(
    name = "init",
    description = "Write a commented deployctl.yml to start from. Never overwrites a file.")
public final class InitCommand implements Callable<Integer> {
  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-[0-9]");

  private final Services services;
  private final Console console;

  @Mixin final ConfirmOptions confirmation = new ConfirmOptions();

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "deployctl.yml",
      description = "Write this file (default: ${DEFAULT-VALUE}).")
  Path file;

  @Option(
      names = "--app",
      paramLabel = "APP",
      description = "Name of the app (default: the directory's name).")
  @Nullable App app;

  @Option(
      names = "--inventory",
      paramLabel = "file|ec2",
      description = "Source of the list of hosts (default: file).")
  @Nullable String inventory;

  @Option(names = "--region", paramLabel = "REGION", description = "Region of the EC2 hosts.")
  @Nullable String region;

  public InitCommand(Services services) {
    this.services = services;
    this.console = services.console();
  }

  @Override
  public Integer call() {
    if (Files.exists(file)) {
      throw there();
    }
    boolean ask = services.prompts().allowed() && !confirmation.yes;
    App chosen = app != null ? app : new App(answer(ask, "Name of the app", directory()));
    String from = inventory != null ? inventory : answer(ask, "Hosts from (file, ec2)", "file");
    String text =
        switch (from) {
          case "file" -> Template.withFile(chosen);
          case "ec2" -> Template.withEc2(chosen, region(ask));
          default ->
              throw new DeployException(
                  FailureKind.USAGE, "hosts come from file or ec2, not from '" + from + "'", null);
        };
    if (region != null && !from.equals("ec2")) {
      throw new DeployException(
          FailureKind.USAGE,
          "--region is for EC2 hosts, and these come from a file; nothing was written",
          "add --inventory ec2, or leave out --region");
    }
    write(file, text);
    if (from.equals("file")) {
      Path hosts = file.resolveSibling("hosts.yml");
      if (!Files.exists(hosts)) {
        write(hosts, Template.hosts(chosen));
      }
    }
    console
        .out()
        .print(
            "Next: list your hosts there, then run\n"
                + "  deployctl hosts "
                + chosen
                + "      to list them\n"
                + "  deployctl doctor "
                + chosen
                + "     to check that all is ready\n");
    return ExitCodes.OK;
  }

  private DeployException there() {
    return new DeployException(
        FailureKind.CONFIG,
        file + " exists already; nothing was written",
        "deployctl config shows its values; --config FILE writes another");
  }

  private void write(Path path, String text) {
    try {
      Files.writeString(path, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException raced) {
      throw there();
    } catch (IOException failed) {
      throw new DeployException(
          FailureKind.CONFIG, "cannot write " + path + ": " + failed.getMessage(), null);
    }
    console.out().print("wrote " + path + "\n");
  }

  private String region(boolean ask) {
    String variable = services.workstation().variable("AWS_REGION");
    String chosen =
        region != null ? region : answer(ask, "Region", variable == null ? "us-east-1" : variable);
    if (!REGION.matcher(chosen).matches()) {
      throw new DeployException(
          FailureKind.USAGE,
          "not the name of a region: '" + chosen + "'",
          "write one such as eu-west-1");
    }
    return chosen;
  }

  private String answer(boolean ask, String question, String fallback) {
    if (!ask) {
      return fallback;
    }
    console.out().print(question + " [" + fallback + "]: ");
    console.out().flush();
    String answer = console.answers().get();
    return answer == null || answer.isBlank() ? fallback : answer.strip();
  }

  /** Returns the directory's name, in the characters that names of apps have. */
  private String directory() {
    Path parent = file.toAbsolutePath().normalize().getParent();
    Path name = parent == null ? null : parent.getFileName();
    String word =
        (name == null ? "" : name.toString())
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9-]+", "-")
            .replaceAll("^[^a-z]+|-+$", "");
    return word.isEmpty() ? "app" : word.substring(0, Math.min(40, word.length()));
  }
}
