package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** A lab that is up, and its commands. {@code examples/lab/lab help} lists them. */
final class Lab {
  private static final int FIRST = Integer.parseInt(System.getenv().getOrDefault("LAB_ID", "0"));

  /** More than there are lanes, and labs beside them. */
  private static final int BARE = 20;

  private final Path program;
  private final int id;

  private Lab(Path program, int id) {
    this.program = program;
    this.id = id;
  }

  /**
   * The labs of the program that {@code DEPLOYCTL_LAB} names: {@code deployctl.lab.lanes} of them,
   * the first with the number {@code LAB_ID}. Empty without such a program.
   */
  static List<Lab> all() {
    if (!isThere()) {
      return List.of();
    }
    return IntStream.range(FIRST, FIRST + Integer.getInteger("deployctl.lab.lanes", 1))
        .mapToObj(Lab::numbered)
        .toList();
  }

  /** Returns whether tests can have a lab. */
  static boolean isThere() {
    String program = System.getenv("DEPLOYCTL_LAB");
    return program != null && Files.isExecutable(Path.of(program));
  }

  /** Returns a lab beside the others, which is not up. */
  static Lab bare() {
    return numbered(FIRST + BARE);
  }

  private static Lab numbered(int id) {
    return new Lab(Path.of(Objects.requireNonNull(System.getenv("DEPLOYCTL_LAB"))), id);
  }

  /** Runs a command, which must succeed; returns its output without the last line break. */
  String run(String... arguments) {
    ProgramResult finished = tryRun(arguments);
    assertThat(finished.exit()).as(finished.output()).isZero();
    return finished.out().stripTrailing();
  }

  ProgramResult tryRun(String... arguments) {
    return ProgramRunner.run(
        Objects.requireNonNull(program.getParent()), Map.of(), arguments(arguments));
  }

  Process start(String... arguments) {
    return ProgramRunner.start(
        Objects.requireNonNull(program.getParent()), Map.of(), arguments(arguments));
  }

  /** Returns a command line of the lab. */
  List<String> arguments(String... arguments) {
    List<String> command = new ArrayList<>(List.of("env", "LAB_ID=" + id, program.toString()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Returns the {@code status} event of an app from a host. */
  JsonNode status(String host, String app) {
    String said = run("exec", host, "/usr/sbin/deployctl-host", "status", app, "--output=ndjson");
    try {
      return new ObjectMapper().readTree(said.lines().findFirst().orElseThrow());
    } catch (JsonProcessingException unreadable) {
      throw new AssertionError(said, unreadable);
    }
  }

  /** Ends deploy locks that a rollout could not release, so that the next test need not wait. */
  void unlock(String app, String... hosts) {
    for (String host : hosts) {
      run("exec", host, "/usr/sbin/deployctl-host", "unlock", app, "--force");
    }
  }

  Path sshConfig() {
    return Path.of(run("ssh-config"));
  }

  /** Removes an app from the hosts. */
  void forget(String app, String... hosts) {
    for (String host : hosts) {
      run(
          "exec",
          host,
          "bash",
          "-c",
          "docker ps -aq --filter label=deployctl.app="
              + app
              + " | xargs -r docker rm -f >/dev/null; rm -rf /var/lib/deployctl/"
              + app
              + " /run/deployctl/"
              + app
              + "* /etc/nginx/conf.d/deployctl-"
              + app
              + ".conf; nginx -s reload");
    }
  }

  /** Removes the images of an app that do not run, so that the next rollout must pull. */
  void forgetImages(String app, String... hosts) {
    for (String host : hosts) {
      run(
          "exec",
          host,
          "bash",
          "-c",
          "running=$(docker ps -q | xargs -r docker inspect -f '{{.Image}}');"
              + " for each in $(docker images -q --no-trunc registry:5000/"
              + app
              + " | sort -u); do [[ $running == *$each* ]] || docker image rm -f $each; done");
    }
  }
}
