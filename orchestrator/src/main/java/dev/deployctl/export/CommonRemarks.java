package dev.deployctl.export;

import dev.deployctl.event.DefinitionEvents.Definition;
import dev.deployctl.event.DefinitionEvents.VirtualHost;
import java.util.ArrayList;
import java.util.List;

/** Collects remarks about an app; those that do not depend on the other orchestrator are here. */
public final class CommonRemarks {
  private final List<Remark> remarks;

  public CommonRemarks(AppAsRun app) {
    this.remarks = new ArrayList<>(app.remarks());
  }

  public CommonRemarks add(String subject, String reason, String todo) {
    remarks.add(new Remark(subject, reason, todo));
    return this;
  }

  public List<Remark> all() {
    return List.copyOf(remarks);
  }

  /** An app that listens on a socket has no port to publish. */
  public void socket(Definition app, int port) {
    if (app.web() != null && app.web().mode().equals("socket")) {
      add(
          "[connect] mode = socket",
          "The app listens on a socket named in "
              + app.web().pathEnv()
              + ", which is not set there.",
          "Make it listen on all addresses and the port in "
              + app.web().portEnv()
              + " ("
              + port
              + ", or export with --port) when "
              + app.web().pathEnv()
              + " is absent.");
    }
  }

  /** The work of nginx on the hosts, which a load balancer or proxy has to do. */
  public void virtualHost(Definition app, String proxy) {
    VirtualHost vhost = app.vhost();
    if (vhost == null) {
      return;
    }
    List<String> work = new ArrayList<>();
    work.add("the names " + String.join(", ", vhost.serverName()));
    work.add("listen " + String.join(", ", vhost.listen()));
    long body = vhost.clientMaxBodySize();
    work.add(body == 0 ? "bodies of any size" : "bodies up to " + (body >> 20) + " MiB");
    work.add("answers within " + Part.seconds(vhost.readTimeoutMs()) + "s");
    if (vhost.redirect()) {
      work.add("the redirect to HTTPS");
    }
    if (vhost.hstsMs() != null) {
      work.add("the header Strict-Transport-Security");
    }
    if (!vhost.trustedProxies().isEmpty()) {
      work.add("the headers X-Forwarded-* of " + String.join(", ", vhost.trustedProxies()));
    }
    if (vhost.template()) {
      work.add("the operators' own template");
    }
    add("[vhost]", "nginx on the hosts does: " + String.join("; ", work) + ".", proxy);
  }

  public void assets(Definition app, String todo) {
    if (app.assets() != null) {
      add(
          "[assets]",
          "Files below "
              + app.assets().url()
              + " of the last "
              + app.assets().keep()
              + " releases stay reachable while two releases run; nothing does that there.",
          todo);
    }
  }

  public void volumes(Definition app, String reason) {
    if (!app.volumes().isEmpty()) {
      List<String> paths = app.volumes().stream().map(each -> each.host()).toList();
      add(
          "[volumes]",
          reason,
          "Copy " + String.join(", ", paths) + " to each machine, or move the data to a service.");
    }
  }

  /** Commands that nobody starts by himself. */
  public void commands(Definition app, String how) {
    if (!app.commands().isEmpty()) {
      add(
          "[app] commands",
          "No list limits what may be run: " + String.join(", ", app.commands()) + ".",
          how);
    }
  }

  /** What the program does around the definition, wherever it is. */
  public void policy(String reason, String todo) {
    add("rollouts", reason, todo);
  }
}
