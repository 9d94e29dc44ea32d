package dev.deployctl.cli.fleet;

import dev.deployctl.cli.options.Converters;
import dev.deployctl.cli.ports.Services;
import dev.deployctl.event.EnvEvents.EnvName;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.Export;
import dev.deployctl.export.ExportFile;
import dev.deployctl.export.compose.ComposeExport;
import dev.deployctl.export.ecs.EcsExport;
import dev.deployctl.fleet.FleetCall;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.command.EnvCommands;
import dev.deployctl.fleet.command.InspectionCommands;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import dev.deployctl.output.json.JsonReport;
import dev.deployctl.output.tables.FleetAnswers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** Writes an app as its hosts run it in the form of another orchestrator. */
@Command(
    name = "export",
    description = {
      "Write an app, as its hosts define and run it, for Amazon ECS or Docker Compose.",
      "ECS: files for ecspresso and ecschedule, a target group, NOTES.md. What does not map is"
          + " listed on top, with the reason and what to do. The hosts tell the names of the"
          + " environment, never a value. Nothing is changed on them."
    })
public final class ExportCommand extends FleetCommand {
  /** A form of an export. */
  public enum Form {
    ECS,
    COMPOSE
  }

  /** The forms, for the shell's completion. */
  static final class Forms implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("ecs", "compose").iterator();
    }
  }

  /** Converts the name of a form; loaded with this command alone. */
  static final class Named implements ITypeConverter<Form> {
    @Override
    public Form convert(String text) throws Exception {
      return Converters.named(Form.class).convert(text);
    }
  }

  @Option(
      names = "--to",
      required = true,
      converter = Named.class,
      paramLabel = "FORM",
      completionCandidates = Forms.class,
      description = "The form: ${COMPLETION-CANDIDATES}.")
  Form form;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Write into this directory, which must be empty or new. Without it the file for Compose"
              + " goes to standard output; ECS requires it.")
  @Nullable Path directory;

  @Option(names = "--force", description = "Replace files of an earlier export in the directory.")
  boolean force;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "Port that the web part listens on in its container (default: [connect] container-port).")
  @Nullable Integer port;

  public ExportCommand(Services services) {
    super(services);
  }

  @Override
  protected int act(Fleet fleet) throws InterruptedException {
    ExportDirectory target = target();
    List<HostResult> answers =
        new FleetCall(fleet.agent(), fleet.timeline(), this::note)
            .ask(fleet.hosts(), InspectionCommands.definition(app), fleet.parallelism());
    new FleetAnswers(console.err(), console.errors(), false).problems(answers);
    AppAsRun running = AppAsRun.of(app, answers);
    Export export =
        switch (form) {
          case ECS -> EcsExport.of(running, origins(fleet, running, answers), port);
          case COMPOSE -> ComposeExport.of(running, port);
        };
    if (target == null) {
      export.files().forEach(file -> console.out().print(file.text()));
      console.out().flush();
    } else {
      target.write(export.files());
      tell(running, export, target);
    }
    return exitCode(answers);
  }

  /** Checks the options before any host is asked. Null stands for standard output. */
  private @Nullable ExportDirectory target() {
    Integer given = port;
    if (given != null && (given < 1 || given > 65535)) {
      throw usage("--port takes a number from 1 to 65535", null);
    }
    Path chosen = directory;
    if (chosen != null) {
      ExportDirectory target = new ExportDirectory(chosen);
      target.check(force);
      return target;
    }
    if (form == Form.ECS || output.json) {
      throw usage(
          (form == Form.ECS ? "an export for ECS is several files" : "--json prints no file")
              + ", and --output is missing",
          "add --output DIR");
    }
    return null;
  }

  private static DeployException usage(String message, @Nullable String hint) {
    return new DeployException(FailureKind.USAGE, message + "; no host was asked", hint);
  }

  /** Asks one host where AWS has each variable; empty where it is kept elsewhere. */
  private Map<String, String> origins(Fleet fleet, AppAsRun running, List<HostResult> answers)
      throws InterruptedException {
    Map<String, String> origins = new HashMap<>();
    if (running.keepsVariablesInAws()) {
      Host host =
          answers.stream()
              .filter(HostResult.Answered.class::isInstance)
              .map(HostResult::host)
              .findFirst()
              .orElseThrow();
      List<HostResult> listed =
          new FleetCall(fleet.agent(), fleet.timeline(), this::note)
              .ask(List.of(host), EnvCommands.list(app), 1);
      new FleetAnswers(console.err(), console.errors(), false).problems(listed);
      if (listed.getFirst() instanceof HostResult.Answered answered) {
        for (EnvName name : answered.events(EnvName.class)) {
          String source = name.source();
          if (source != null) {
            origins.put(name.name(), source);
          }
        }
      }
    }
    return origins;
  }

  private void tell(AppAsRun running, Export export, ExportDirectory target) {
    List<String> written =
        export.files().stream().map(ExportFile::path).map(target::shown).toList();
    if (output.json) {
      new JsonReport(console.out(), Clock.systemUTC()).export(running, written, export.remarks());
      return;
    }
    written.forEach(path -> console.out().println("wrote " + path));
    console
        .out()
        .printf(
            "%n%d points do not map: read them first, in %s.%n",
            export.remarks().size(), form == Form.ECS ? written.getLast() : written.getFirst());
    console.out().flush();
  }
}
