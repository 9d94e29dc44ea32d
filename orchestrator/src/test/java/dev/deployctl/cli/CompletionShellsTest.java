package dev.deployctl.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Completion in the real shells, with the real program behind it. */
final class CompletionShellsTest {
  @TempDir private static Path built;
  private static Path program = Path.of("");

  @TempDir private Path directory;
  private Map<String, String> environment = Map.of();

  /**
   * The program in a form that starts fast: its classes in a file, which Java archives. It writes
   * the scripts of the shells once.
   */
  @BeforeAll
  static void build() throws Exception {
    List<String> classPath = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!Files.isDirectory(Path.of(entry))) {
        classPath.add(entry);
      } else if (Files.exists(Path.of(entry, "dev/deployctl/Main.class"))) {
        String file = built.resolve("deployctl.jar").toString();
        int exit =
            ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "--create", "--file", file, "-C", entry, ".");
        assertThat(exit).isZero();
        classPath.add(file);
      }
    }
    program = Files.createDirectory(built.resolve("bin")).resolve("deployctl");
    Shell.script(
        program,
        """
        #!/bin/sh
        [ "$1" != completion ] || [ ! -e '%1$s/completion.'"$2" ] || exec cat '%1$s/completion.'"$2"
        exec '%2$s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xlog:disable \
            -XX:+AutoCreateSharedArchive '-XX:SharedArchiveFile=%1$s/classes.jsa' -cp '%3$s' dev.deployctl.Main "$@"
        """
            .formatted(
                built,
                System.getProperty("java.home"),
                String.join(File.pathSeparator, classPath)));
    for (String shell : List.of("bash", "zsh", "fish")) {
      Shell.Ended written = Shell.run(built, Map.of(), program.toString(), "completion", shell);
      assertThat(written.exit()).as(written.out()).isZero();
      Files.writeString(built.resolve("completion." + shell), written.out());
    }
  }

  /** A project, and deployctl on the PATH. */
  @BeforeEach
  void project() throws Exception {
    Files.writeString(
        directory.resolve("hosts.yml"),
        """
        hosts:
          - { name: web-1, zone: a, tags: { App: blog, Role: web } }
          - { name: web-2, zone: c, tags: { App: blog, Role: [web, cron], "aws:asg:name": "my blog" } }
          - { name: db-1, zone: a, tags: { App: shop, Role: db } }
        """);
    Files.writeString(
        directory.resolve("deployctl.yml"),
        """
        inventory: { file: hosts.yml }
        apps:
          blog: { hosts: { App: blog } }
          shop: { hosts: { App: shop } }
        environments:
          staging: { rollout: { batch-size: 100% } }
          production: { rollout: { canary: 1 } }
        """);
    environment =
        Map.of(
            "PATH",
            program.getParent() + ":" + System.getenv("PATH"),
            "HOME",
            directory.toString(),
            "LC_ALL",
            "C.UTF-8");
  }

  private Shell.Ended run(String... words) {
    return Shell.run(directory, environment, words);
  }

  /** Returns the completions of bash for the last of these words. */
  private List<String> bash(String... words) {
    Path bash = Shell.required("bash");
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(" '").append(word).append("'");
    }
    Shell.Ended ended =
        run(
            bash.toString(),
            "--norc",
            "-c",
            "set -e; script=$(deployctl completion bash); eval \"$script\"; set +e; COMP_WORDS=("
                + line
                + "); COMP_CWORD="
                + (words.length - 1)
                + "; _deployctl_words 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"");
    assertThat(ended.exit()).as(ended.out()).isZero();
    return ended.out().lines().map(String::strip).filter(word -> !word.isEmpty()).toList();
  }

  @Test
  void bashCompletesWhatDeployctlYmlKnows() {
    assertThat(bash("deployctl", "rollout", "b")).containsExactly("blog");
    assertThat(bash("deployctl", "rollout", "--tag", "v2", "")).containsExactly("blog", "shop");
    assertThat(bash("deployctl", "env", "set", "")).containsExactly("blog", "shop");
    assertThat(bash("deployctl", "env", "set", "blog", "--hosts", "")).doesNotContain("db-1");
    assertThat(bash("deployctl", "rollout", "blog", "--hosts", "w"))
        .containsExactly("web-1", "web-2");
    assertThat(bash("deployctl", "rollout", "blog", "--hosts", "")).doesNotContain("db-1");
    assertThat(bash("deployctl", "rollout", "--hosts", "=", "d")).containsExactly("db-1");
    assertThat(bash("deployctl", "rollout", "blog", "--hosts", "web-1,web"))
        .containsExactly("web-1,web-1", "web-1,web-2");
    assertThat(bash("deployctl", "hosts", "blog", "--zone", "")).containsExactly("a", "c");
    assertThat(bash("deployctl", "plan", "-e", "st")).containsExactly("staging");
    assertThat(bash("deployctl", "drain", "d")).containsExactly("db-1");
    assertThat(bash("deployctl", "plan", "blog", "--tag", "")).doesNotContain("shop");
  }

  @Test
  void bashCompletesTagsOfHosts() {
    assertThat(bash("deployctl", "plan", "blog", "--host-tag", ""))
        .containsExactly("App=", "Role=", "aws:asg:name=");
    assertThat(bash("deployctl", "plan", "blog", "--host-tag", "R")).containsExactly("Role=");
    // bash replaces what follows the last = or :, so it is given no more than that.
    assertThat(bash("deployctl", "plan", "blog", "--host-tag", "Role", "=", "c"))
        .containsExactly("cron");
    assertThat(bash("deployctl", "plan", "blog", "--host-tag", "=", "Role", "="))
        .containsExactly("cron", "web");
    assertThat(bash("deployctl", "plan", "blog", "--host-tag", "Role", "=", "cron,w"))
        .containsExactly("cron,web");
    assertThat(bash("deployctl", "plan", "blog", "--host-tag", "aws", ":", "a"))
        .containsExactly("asg:name=");
    assertThat(
            bash(
                "deployctl",
                "plan",
                "blog",
                "--host-tag",
                "aws",
                ":",
                "asg",
                ":",
                "name",
                "=",
                "m"))
        .containsExactly("my\\ blog");
    assertThat(bash("deployctl", "plan", "--host-tag", "Role", "=", ""))
        .as("of all apps")
        .containsExactly("cron", "db", "web");
  }

  /** A tag of an instance must never run a command on the workstation where Tab is pressed. */
  @Test
  void whatHostsAreCalledIsNeverRun() throws Exception {
    Path hosts = directory.resolve("hosts.yml");
    Files.writeString(
        hosts,
        Files.readString(hosts).replace("Role: db", "Role: '$(touch run)`touch run`;touch run'"));
    assertThat(bash("deployctl", "plan", "shop", "--host-tag", "Role", "=", ""))
        .containsExactly("\\$\\(touch\\ run\\)\\`touch\\ run\\`\\;touch\\ run");
    assertThat(zsh("deployctl plan shop --host-tag Role=")).contains("\\$\\(touch\\ run\\)");
    assertThat(fish("deployctl plan shop --host-tag Role="))
        .containsExactly("Role=$(touch run)`touch run`;touch run");
    assertThat(directory.resolve("run")).doesNotExist();
  }

  @Test
  void theEnvironmentOnTheLineCounts() throws Exception {
    Files.writeString(
        directory.resolve("other.yml"), "hosts: [{ name: far-1, tags: { App: blog } }]");
    Path file = directory.resolve("deployctl.yml");
    Files.writeString(
        file,
        Files.readString(file).replace("staging: {", "staging: { inventory: { file: other.yml },"));

    assertThat(bash("deployctl", "plan", "-e", "staging", "blog", "--hosts", ""))
        .containsExactly("far-1");
    assertThat(zsh("deployctl plan blog --environment=staging --hosts "))
        .isEqualTo("deployctl plan blog --environment=staging --hosts far-1");
    assertThat(fish("deployctl plan blog -e staging --hosts ")).containsExactly("far-1");
  }

  @Test
  void bashCompletesCommandsAndOptions() {
    assertThat(bash("deployctl", "rollb")).containsExactly("rollback");
    assertThat(bash("deployctl", "rollout", "--on")).containsExactly("--on-failure");
    assertThat(bash("deployctl", "compl")).containsExactly("completion");
    assertThat(bash("deployctl", "env", ""))
        .contains("list", "set", "unset")
        .doesNotContain("blog");
  }

  /** Returns the line after a Tab, in a zsh with its own terminal. */
  private String zsh(String typed) {
    Path zsh = Shell.required("zsh");
    // The inner shell prints its line between markers that an echo of the input cannot contain.
    Shell.Ended ended =
        run(
            zsh.toString(),
            "-f",
            "-c",
            """
            zmodload zsh/zpty || exit 9
            zpty inner 'PS1= TERM=dumb zsh -f -i'
            zpty -w inner 'unsetopt beep; autoload -Uz compinit && compinit -u -D; eval "$(deployctl completion zsh)"'
            zpty -w inner 'show() { zle -I; print -r -- "<""<$BUFFER>"">"; BUFFER= }; zle -N show; bindkey "^X" show; print READ""Y'
            zpty -r -m inner seen '*READY*' || exit 8
            zpty -n -w inner "$1"$'\\t\\C-x'
            zpty -r -m inner seen '*<<*>>*' || exit 7
            print -r -- "${${seen##*<<}%%>>*}"
            zpty -d inner
            """,
            "zsh",
            typed);
    assertThat(ended.exit()).as(ended.out()).isZero();
    return ended.out().strip();
  }

  @Test
  void zshCompletesWhatDeployctlYmlKnows() {
    assertThat(zsh("deployctl rollout b")).isEqualTo("deployctl rollout blog");
    assertThat(zsh("deployctl rollout --tag v2 s")).isEqualTo("deployctl rollout --tag v2 shop");
    assertThat(zsh("deployctl rollout blog --hosts web-1,w"))
        .isEqualTo("deployctl rollout blog --hosts web-1,web-");
    assertThat(zsh("deployctl rollout shop --hosts "))
        .isEqualTo("deployctl rollout shop --hosts db-1");
    assertThat(zsh("deployctl plan -e st")).isEqualTo("deployctl plan -e staging");
    assertThat(zsh("deployctl drain d")).isEqualTo("deployctl drain db-1");
    assertThat(zsh("deployctl hosts blog --zone c")).isEqualTo("deployctl hosts blog --zone c");
  }

  @Test
  void zshCompletesTagsOfHosts() {
    assertThat(zsh("deployctl plan blog --host-tag R"))
        .isEqualTo("deployctl plan blog --host-tag Role=");
    assertThat(zsh("deployctl plan blog --host-tag Role=c"))
        .isEqualTo("deployctl plan blog --host-tag Role=cron");
    assertThat(zsh("deployctl plan blog --host-tag=Role=cron,w"))
        .isEqualTo("deployctl plan blog --host-tag=Role=cron,web");
    assertThat(zsh("deployctl plan blog --host-tag aws:"))
        .isEqualTo("deployctl plan blog --host-tag aws:asg:name=");
    assertThat(zsh("deployctl plan blog --host-tag aws:asg:name="))
        .isEqualTo("deployctl plan blog --host-tag aws:asg:name=my\\ blog");
  }

  @Test
  void zshCompletesCommandsAndOptions() {
    assertThat(zsh("deployctl rollb")).isEqualTo("deployctl rollback");
    assertThat(zsh("deployctl rollout --on-f")).startsWith("deployctl rollout --on-failure");
    assertThat(zsh("deployctl maintenance blog of")).isEqualTo("deployctl maintenance blog off");
  }

  /** Returns the completions of fish, without descriptions. */
  private List<String> fish(String typed) {
    Path fish = Shell.required("fish");
    Shell.Ended ended =
        run(
            fish.toString(),
            "--no-config",
            "-c",
            "deployctl completion fish | source; complete -C '" + typed + "'");
    assertThat(ended.exit()).as(ended.out()).isZero();
    return ended.out().lines().map(line -> line.split("\t", 2)[0]).toList();
  }

  @Test
  void fishCompletesWhatDeployctlYmlKnows() {
    assertThat(fish("deployctl rollout b")).containsExactly("blog");
    assertThat(fish("deployctl drain d")).containsExactly("db-1");
    assertThat(fish("deployctl rollout blog --hosts w")).containsExactly("web-1", "web-2");
    assertThat(fish("deployctl rollout blog --hosts web-1,"))
        .containsExactly("web-1,web-1", "web-1,web-2");
    assertThat(fish("deployctl hosts blog --zone ")).containsExactly("a", "c");
    assertThat(fish("deployctl plan -e st")).containsExactly("staging");
  }

  @Test
  void fishCompletesTagsOfHosts() {
    assertThat(fish("deployctl plan blog --host-tag R")).containsExactly("Role=");
    assertThat(fish("deployctl plan blog --host-tag Role="))
        .containsExactly("Role=cron", "Role=web");
    assertThat(fish("deployctl plan blog --host-tag=Role=cron,w"))
        .containsExactly("--host-tag=Role=cron,web");
    assertThat(fish("deployctl plan blog --host-tag aws:")).containsExactly("aws:asg:name=");
  }

  @Test
  void fishCompletesCommandsAndOptions() {
    assertThat(fish("deployctl rollb")).containsExactly("rollback");
    assertThat(fish("deployctl rollout --on")).containsExactly("--on-failure");
  }

  @Test
  void whereThereIsNoProjectNothingIsSaid() throws Exception {
    Files.delete(directory.resolve("deployctl.yml"));

    assertThat(bash("deployctl", "rollout", "b")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish"})
  void theShellParsesItsScript(String shell) throws Exception {
    Path parser = Shell.required(shell);
    Path script = directory.resolve("completion." + shell);
    Files.writeString(script, run(program.toString(), "completion", shell).out());

    Shell.Ended parsed = run(parser.toString(), "-n", script.toString());

    assertThat(parsed.out()).isEmpty();
    assertThat(parsed.exit()).isZero();
  }

  @Test
  void aShellGetsNoPlaceholder() {
    for (String shell : List.of("bash", "zsh", "fish")) {
      assertThat(run(program.toString(), "completion", shell).out())
          .doesNotContain(
              "APP_COMMANDS)",
              "ACTION_COMMANDS)",
              "VALUE_OPTIONS)",
              "# COMMANDS",
              "# ARGUMENTS",
              "# OPTIONS");
    }
  }
}
