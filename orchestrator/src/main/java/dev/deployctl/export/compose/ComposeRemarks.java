package dev.deployctl.export.compose;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.Timer;
import dev.deployctl.event.DefinitionEvents.WebHealth;
import dev.deployctl.export.AppAsRun;
import dev.deployctl.export.CommonRemarks;
import dev.deployctl.export.CronTimes;
import dev.deployctl.export.Part;
import dev.deployctl.export.Remark;
import java.util.List;

/** What of an app does not map to Compose. */
final class ComposeRemarks {
  private final AppAsRun app;
  private final Definition definition;
  private final Services services;
  private final CommonRemarks remarks;

  ComposeRemarks(AppAsRun app, Services services) {
    this.app = app;
    this.definition = app.definition();
    this.services = services;
    this.remarks = new CommonRemarks(app);
  }

  List<Remark> all() {
    remarks.policy(
        "docker compose up replaces containers at once: users get errors until the new ones answer,"
            + " and a release that fails stays. There is no batch, canary, rollback, hold or"
            + " freeze.",
        "Keep the last file to go back by hand.");
    if (app.hosts() > 1) {
      remarks.add(
          "hosts",
          "Compose is for one machine, and " + app.hosts() + " hosts run the app.",
          "Bring the file to each machine, one after the other.");
    }
    environment();
    web();
    processes();
    if (definition.releaseCommand() != null) {
      remarks.add(
          "[release] command",
          "Nothing runs it before the containers are replaced.",
          "Run it first: docker compose run --rm " + ComposeExport.RELEASE + ".");
    }
    definition.schedules().forEach(this::schedule);
    remarks.volumes(definition, "The directories have to be there.");
    remarks.commands(definition, "Start them with: docker compose run --rm SERVICE COMMAND.");
    if (!definition.consoles().isEmpty()) {
      remarks.add(
          "[app] consoles",
          "Nothing limits or records sessions.",
          "Start one with: docker compose run --rm SERVICE "
              + definition.consoles().getFirst()
              + ".");
    }
    remarks.add(
        "[app] deployers, [env] editors",
        "Whoever may use Docker is root on the machine.",
        "Decide who is in the group docker.");
    return remarks.all();
  }

  private void environment() {
    if (app.variables().isEmpty()) {
      return;
    }
    String source = definition.env().source();
    remarks.add(
        "[env] source = " + source,
        "Only names are here; values come from .env, in which quotes, $ and # have a meaning.",
        source.equals("file")
            ? "Copy the values from /etc/deployctl/env/" + app.app() + ".env, in single quotes."
            : "Copy the values from " + source + ", in single quotes.");
  }

  private void web() {
    if (definition.web() == null) {
      return;
    }
    remarks.socket(definition, services.port());
    remarks.virtualHost(
        definition,
        "Put a proxy in front that does the same; the ports are published on 127.0.0.1 for it.");
    WebHealth health = definition.health();
    if (health != null && !health.type().equals("docker")) {
      remarks.add(
          "[health]",
          "Compose asks only by a command inside the container, and which programs the image has is"
              + " not known here.",
          "Add a healthcheck to web that requests "
              + health.path()
              + ", or watch it from outside.");
    }
    remarks.add(
        "[drain] timeout",
        "Connections to old containers are cut when these end.",
        "Let the proxy take a container out before it is replaced.");
    remarks.assets(definition, "Serve them from the proxy, or make clients bear a missing file.");
    if (definition.network().equals("none")) {
      remarks.add(
          "[app] network = none",
          "Without a network nothing reaches the port.",
          "Remove network_mode from web, or keep the socket.");
    }
  }

  private void processes() {
    for (Part part : app.parts()) {
      String section = "[process " + part.name() + "] ";
      if (!part.roles().isEmpty()) {
        remarks.add(
            section + "roles",
            "Compose starts it on every machine that has this file; hosts with the role "
                + String.join(" or ", part.roles())
                + " run it.",
            "Remove the service where it should not run.");
      }
      if (part.health() != null && part.health().type().equals("exec")) {
        remarks.add(
            section + "health = exec",
            "Docker asks for ever, and a container that fails is only called unhealthy.",
            "Watch the state of the container.");
      }
    }
  }

  private void schedule(Timer timer) {
    String section = "[schedule " + timer.schedule() + "]";
    String zone = timer.timezone() == null ? "" : " (CRON_TZ=" + timer.timezone() + ")";
    String command =
        "docker compose run --rm --name "
            + app.app()
            + "-"
            + timer.schedule()
            + " "
            + ComposeExport.SCHEDULE
            + timer.schedule();
    remarks.add(
        section,
        "Compose has no timers.",
        CronTimes.of(timer.at())
                .map(times -> "Line of a crontab" + zone + ": " + times.crontab() + " " + command)
                .orElse("Start it at " + timer.at() + " with a systemd timer: " + command)
            + ". The name keeps a second one from starting"
            + (timer.on().equals("one") ? "; put it on one machine alone." : "."));
  }
}
