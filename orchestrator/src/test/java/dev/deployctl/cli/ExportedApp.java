package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The app blog on its hosts, with a definition that the host's own reader reads. */
final class ExportedApp {
  static final String IMAGE = "registry.example.com/blog@" + Transcripts.V1;

  private static final Path HOST_SCRIPT = Path.of("../host-script").toAbsolutePath().normalize();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads the definition of an app; prints the fields that the verb sends. */
  private static final String READER =
      """
      import json, os, sys
      from deployctl_host import paths, trust
      from deployctl_host.config import definition
      from deployctl_host.verbs import definition as verb
      paths.ETC = trust.TOP = sys.argv[1]
      trust.OWNER = os.geteuid()
      print(json.dumps(verb.fields(definition.load_app('blog'))))
      """;

  /** A definition with every section. */
  static final String WHOLE =
      """
      [app]
      repository = registry.example.com/blog
      deployers = %developers
      instances = 2
      command = puma --tag NAME HOME
      commands =
          bin/rails *
      consoles =
          bin/rails console
      order = stop-first
      user = 1000:1000
      [connect]
      mode = socket
      container-port = 3000
      [vhost]
      server-name = blog.example.com
      listen = 80, 443 ssl
      certificate = /etc/ssl/blog.pem
      certificate-key = /etc/ssl/blog.key
      redirect = https
      [health]
      path = /up
      expect = 200-204, 301
      headers =
          X-Forwarded-Proto: https
      [env]
      source = file
      required = DATABASE_URL
      [resources]
      memory = 1g
      cpus = 1.5
      nofile = 4096
      [security]
      read-only = yes
      cap-add = NET_BIND_SERVICE
      cap-drop = ALL
      [volumes]
      uploads = /srv/blog:/app/uploads:ro
      [process worker]
      command = bundle exec sidekiq
      instances = 2
      memory = 256m
      stop-timeout = 5m
      stop-signal = SIGINT
      health = exec bin/alive now
      roles = worker
      [process clock]
      command = bin/clock
      order = stop-first
      [release]
      command = bin/rails db:migrate
      check = bin/rails db:abort_if_pending_migrations
      [schedule nightly]
      at = 0 3 * * *
      timezone = Asia/Tokyo
      command = bin/rake report
      [schedule often]
      at = */20 8-18 * * mon-fri
      timezone = UTC
      command = bin/rake feeds
      [assets]
      path = /app/public/assets
      url = /assets/
      """;

  private final CliFixture fixture;
  private final Path operators;

  /** Changes what the hosts tell. */
  UnaryOperator<String> told = UnaryOperator.identity();

  ExportedApp(CliFixture fixture) {
    this.fixture = fixture;
    this.operators = fixture.directory.resolve("operators");
  }

  /** Defines it as a preset does, with everything that its comments offer or without. */
  void preset(String preset, boolean whole) throws IOException {
    Path file = operators.resolve("apps/blog.conf");
    Files.deleteIfExists(file);
    CliFixture.Finished finished =
        fixture.runBare(
            "app",
            "new",
            "blog",
            "--preset=" + preset,
            "--repository=registry.example.com/blog",
            "--server-name=blog.example.com",
            "--directory=" + operators);
    assertThat(finished.exit()).as(finished.err()).isZero();
    if (whole) {
      Files.writeString(
          file,
          Files.readString(file)
              .replaceAll("(?m)^;(?=\\[|[a-z-]+ = )", "")
              .replaceAll("(?m)^listen = .*", "listen = 80")
              .replaceAll("(?m)^;(?=    [a-z])", "")
              .replaceAll("(?m)^on = one.*", "on = each"));
    }
    publish();
  }

  void defined(String definition) throws IOException {
    Files.createDirectories(operators.resolve("apps"));
    Files.writeString(operators.resolve("apps/blog.conf"), definition);
    publish();
  }

  /** Lets every host answer with the definition; the host's name is also its only role. */
  private void publish() throws IOException {
    Shell.required("python3");
    String read =
        Shell.run(
                fixture.directory,
                Map.of("PYTHONPATH", HOST_SCRIPT.toString(), "PYTHONDONTWRITEBYTECODE", "1"),
                "/usr/bin/python3",
                "-c",
                READER,
                operators.toString())
            .out();
    assertThat(read).startsWith("{");
    for (FakeHost host : fixture.hosts()) {
      answers(host, (ObjectNode) JSON.readTree(told.apply(read)));
    }
  }

  private static void answers(FakeHost host, ObjectNode fields) {
    ObjectNode event = Transcripts.object().put("v", 1).put("seq", 1).put("type", "definition");
    event.put("app", "blog").putArray("roles").add(host.name);
    FakeHost.Serving serving = host.serving();
    event
        .putObject("live")
        .put("release", serving.release())
        .put("digest", serving.digest())
        .put("tag", serving.tag());
    event.putArray("variables").add("DATABASE_URL").add("FEATURE_X");
    event.put("changed", false).setAll(fields);
    host.answers("definition", 0, List.of(event));
  }

  /** Returns the files of a directory by their paths. */
  static Map<String, String> files(Path directory) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(directory.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }
}
