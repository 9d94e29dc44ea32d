package dev.deployctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The program holds no class, method, constructor or field that only tests use. */
final class UnusedCodeTest {
  private static final String ROOT = "dev.deployctl.";

  /** Findings that are used all the same, each with the reason. */
  private static final Map<String, String> USED_FROM_OUTSIDE =
      Map.ofEntries(
          Map.entry("Main", "the program's entry"),
          Map.entry("cli.fleet.EnvCommand$Names.<init>()", "made by picocli"),
          Map.entry("cli.fleet.ExportCommand$Forms.<init>()", "made by picocli"),
          Map.entry("cli.fleet.ExportCommand$Named.<init>()", "made by picocli"),
          Map.entry("cli.ProgramVersion.<init>()", "made by picocli"),
          Map.entry("cli.setup.AppCommand$Presets.<init>()", "made by picocli"),
          Map.entry("cli.MaintenanceCommand$Names.<init>()", "made by picocli"),
          Map.entry("cli.completion.CompletionCommand$Names.<init>()", "made by picocli"),
          Map.entry("fleet.ConnectionLostException.host()", "the state of an exception"),
          Map.entry("fleet.HostUnreachableException.host()", "the state of an exception"),
          Map.entry("openssh.config.SshConfig.empty()", "shorthand of tests"),
          Map.entry("openssh.config.SshConfigQuery.of(java.lang.String)", "shorthand of tests"),
          Map.entry("openssh.knownhosts.HostKeyVerdict$Changed.types()", "asked for by tests"),
          Map.entry("openssh.keys.SshCertificate.id()", "part of what was read"),
          Map.entry(
              "rollout.RolloutEngine.<init>(dev.deployctl.fleet.HostAgent,"
                  + " dev.deployctl.fleet.Timeline, dev.deployctl.rollout.outcome.EventSink,"
                  + " dev.deployctl.fleet.Interruption)",
              "tests watch no terminal"),
          Map.entry("ssh.connect.ConnectionSettings.defaults()", "shorthand of tests"),
          Map.entry(
              "ssh.connect.ConnectionSettings.withLocal(dev.deployctl.openssh.config.LocalUser)",
              "shorthand of tests"),
          Map.entry(
              "ssh.connect.ConnectionSettings.withConfigFile(java.nio.file.Path)",
              "shorthand of tests"),
          Map.entry(
              "ssh.connect.ConnectionSettings.withConnectTimeout(java.time.Duration)",
              "shorthand of tests"),
          Map.entry(
              "ssh.connect.ConnectionSettings.withPassphrases(dev.deployctl.ssh.auth.PassphrasePrompt)",
              "shorthand of tests"),
          Map.entry(
              "ssh.connect.ConnectionSettings.withOptions(java.util.List)", "shorthand of tests"),
          Map.entry(
              "ssh.connect.ConnectionSettings.withCommandPrefix(java.util.List)",
              "shorthand of tests"),
          Map.entry("output.terminal.Terminal.plain(boolean)", "the build's PackageFiles"),
          Map.entry("yaml.Problems$Key.column()", "a key of a map, compared as a whole"),
          Map.entry("yaml.Problems$Key.file()", "a key of a map, compared as a whole"),
          Map.entry("yaml.Problems$Key.line()", "a key of a map, compared as a whole"),
          Map.entry("yaml.Problems$Key.message()", "a key of a map, compared as a whole"));

  /** The package whose records are read and written by reflection (RecordBinding). */
  private static final String BOUND = "event";

  /** The package of Java that the build makes of templates. */
  private static final String GENERATED = "output.page.template";

  @Test
  void everythingIsUsed() {
    JavaClasses program =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.deployctl");
    Set<String> findings = UnusedCode.in(program);

    assertThat(findings)
        .as("exceptions that are needed")
        .containsAll(USED_FROM_OUTSIDE.keySet().stream().map(name -> ROOT + name).toList());
    assertThat(findings.stream().filter(UnusedCodeTest::counts).collect(Collectors.toSet()))
        .as("remove it, or say what uses it")
        .isEmpty();
  }

  private static boolean counts(String finding) {
    String name = finding.substring(ROOT.length());
    String packageName = name.replaceFirst("\\.?[A-Z].*", "");
    return !USED_FROM_OUTSIDE.containsKey(name)
        && !packageName.equals(BOUND)
        && !packageName.equals(GENERATED);
  }

  /** Members that are used and members that are not. */
  static final class Sample implements Runnable {
    final int read;
    final int written;

    Sample() {
      this.read = 1;
      this.written = 2;
    }

    Sample(String unusedConstructor) {
      this.read = unusedConstructor.length();
      this.written = 2;
    }

    @Override
    public void run() {
      called();
    }

    int called() {
      return read;
    }

    int recursive(int depth) {
      return depth == 0 ? 0 : recursive(depth - 1);
    }

    static void user() {
      Runnable sample = new Sample();
      sample.run();
    }
  }

  @Test
  void findsWhatNothingRefersTo() {
    JavaClasses sample = new ClassFileImporter().importClasses(Sample.class, UnusedCodeTest.class);

    assertThat(UnusedCode.in(sample).stream().filter(name -> name.contains("Sample.")))
        .containsExactlyInAnyOrder(
            Sample.class.getName() + ".<init>(java.lang.String)",
            Sample.class.getName() + ".recursive(int)",
            Sample.class.getName() + ".user()",
            Sample.class.getName() + ".written");
  }
}
