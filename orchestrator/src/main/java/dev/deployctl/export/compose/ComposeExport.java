package dev.deployctl.export.compose;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.ReleaseStep;
import dev.deployctl.event.DefinitionEvents.Timer;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.Documents;
import dev.deployctl.export.Export;
import dev.deployctl.export.ExportFile;
import dev.deployctl.export.Part;
import dev.deployctl.export.Remark;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** An app for Docker Compose: one file, with what one host runs. */
public final class ComposeExport {
  static final String FILE = "compose.yaml";
  static final String RELEASE = "release-command";
  static final String SCHEDULE = "schedule-";

  private ComposeExport() {}

  /**
   * Returns the file of an app.
   *
   * @param port the port that the web part listens on; null for that of the definition
   */
  public static Export of(AppAsRun app, @Nullable Integer port) {
    Definition definition = app.definition();
    Services services = new Services(app, port);
    SequencedMap<String, ComposeFile.Service> all = new LinkedHashMap<>();
    for (Part part : app.parts()) {
      if (part.perHost() > 0) {
        all.put(part.name(), services.always(part));
      }
    }
    ReleaseStep release = definition.releaseCommand();
    if (release != null) {
      all.putIfAbsent(RELEASE, services.once("release", release.command()));
    }
    for (Timer timer : definition.schedules()) {
      all.putIfAbsent(SCHEDULE + timer.schedule(), services.once("schedules", timer.command()));
    }
    boolean own = all.values().stream().anyMatch(service -> !service.networks().isEmpty());
    ComposeFile file =
        new ComposeFile(
            all, own ? Map.of(definition.network(), new ComposeFile.Network(true)) : Map.of());
    List<Remark> remarks = new ComposeRemarks(app, services).all();
    return new Export(
        List.of(new ExportFile(FILE, Documents.yaml(head(app, remarks), file))), remarks);
  }

  private static List<String> head(AppAsRun app, List<Remark> remarks) {
    List<String> head = new ArrayList<>();
    head.add(
        app.app()
            + " "
            + app.label()
            + " as one of "
            + app.hosts()
            + " hosts runs it, for Docker Compose. Write the values of the environment into .env"
            + " beside this file. Then:");
    if (app.definition().releaseCommand() != null) {
      head.add("  docker compose run --rm " + RELEASE);
    }
    head.add("  docker compose up -d");
    head.add("Does not map to Compose:");
    head.addAll(Documents.sentences(remarks));
    return head;
  }
}
