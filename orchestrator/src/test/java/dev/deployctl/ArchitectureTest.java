package dev.deployctl;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.model.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules of the architecture: the table of packages in docs/architecture.md, and rules for all
 * packages.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.deployctl";
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /** Files that a package may hold, package-info not counted. */
  private static final int MAX_FILES = 30;

  /** Packages above the limit that are still to be divided, with the size that they may have. */
  private static final Map<String, Integer> LARGE = Map.of();

  /**
   * What a package may use.
   *
   * @param packages packages of this program
   * @param libraries packages from outside, besides the JDK and JSpecify
   */
  private record Allowed(List<String> packages, List<String> libraries) {}

  private static final List<String> JACKSON = List.of("com.fasterxml.jackson..");
  private static final String LOG = "org.slf4j..";

  private static final List<String> SSHJ = List.of("net.schmizz..", "com.hierynomus..", LOG);

  private static final List<String> AWS =
      List.of("com.amazonaws..", "org.apache.http.conn..", "com.fasterxml.jackson..", LOG);

  private static final Map<String, Allowed> PACKAGES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("model", new Allowed(List.of(), List.of())),
              Map.entry("event", new Allowed(List.of("model"), JACKSON)),
              Map.entry(
                  "yaml",
                  new Allowed(
                      List.of("model"),
                      List.of("com.fasterxml.jackson..", "org.yaml.snakeyaml.."))),
              Map.entry("config", new Allowed(List.of("model", "yaml"), JACKSON)),
              Map.entry("fleet", new Allowed(List.of("model", "event"), List.of(LOG))),
              Map.entry("bootstrap", new Allowed(List.of("model", "event", "fleet"), List.of(LOG))),
              Map.entry("rollout.outcome", new Allowed(List.of("model", "event"), List.of())),
              Map.entry(
                  "rollout.planning",
                  new Allowed(List.of("model", "event", "fleet", "rollout.outcome"), List.of())),
              Map.entry(
                  "rollout",
                  new Allowed(
                      List.of("model", "event", "fleet", "rollout.outcome", "rollout.planning"),
                      List.of(LOG))),
              Map.entry("openssh.config", new Allowed(List.of("model"), List.of())),
              Map.entry("openssh.keys", new Allowed(List.of("model"), List.of())),
              Map.entry(
                  "openssh.knownhosts",
                  new Allowed(List.of("openssh.config", "openssh.keys", "model"), List.of())),
              Map.entry(
                  "ssh",
                  new Allowed(
                      List.of(
                          "ssh.connect",
                          "ssh.transport",
                          "openssh.config",
                          "fleet",
                          "event",
                          "model"),
                      SSHJ)),
              Map.entry(
                  "ssh.connect",
                  new Allowed(
                      List.of(
                          "ssh.algorithms",
                          "ssh.auth",
                          "ssh.transport",
                          "openssh.config",
                          "openssh.keys",
                          "openssh.knownhosts",
                          "model"),
                      SSHJ)),
              Map.entry(
                  "ssh.auth",
                  new Allowed(
                      List.of("ssh.algorithms", "ssh.transport", "openssh.config", "openssh.keys"),
                      SSHJ)),
              Map.entry(
                  "ssh.algorithms",
                  new Allowed(
                      List.of("openssh.config", "openssh.keys", "openssh.knownhosts", "model"),
                      List.of("net.schmizz..", "com.hierynomus..", "org.bouncycastle..", LOG))),
              Map.entry("ssh.transport", new Allowed(List.of("openssh.config"), SSHJ)),
              Map.entry("inventory", new Allowed(List.of("fleet", "model", "yaml"), JACKSON)),
              Map.entry("inventory.aws", new Allowed(List.of("model"), AWS)),
              Map.entry(
                  "inventory.ec2",
                  new Allowed(List.of("inventory", "inventory.aws", "fleet", "model"), AWS)),
              Map.entry(
                  "output.terminal",
                  new Allowed(List.of("rollout.outcome", "fleet", "model"), List.of())),
              Map.entry(
                  "output.json",
                  new Allowed(
                      List.of("output.terminal", "rollout.outcome", "fleet", "event", "model"),
                      JACKSON)),
              Map.entry(
                  "output.report",
                  new Allowed(
                      List.of("output.terminal", "rollout.outcome", "event", "model"), List.of())),
              Map.entry(
                  "output.live",
                  new Allowed(
                      List.of(
                          "output.report", "output.terminal", "rollout.outcome", "event", "model"),
                      List.of())),
              Map.entry(
                  "output.tables",
                  new Allowed(
                      List.of(
                          "output.json",
                          "output.report",
                          "output.terminal",
                          "bootstrap",
                          "rollout.outcome",
                          "fleet",
                          "event",
                          "model"),
                      JACKSON)),
              Map.entry(
                  "output",
                  new Allowed(
                      List.of(
                          "output.json",
                          "output.live",
                          "output.report",
                          "output.tables",
                          "output.terminal",
                          "rollout.outcome",
                          "model"),
                      List.of())),
              Map.entry(
                  "hooks",
                  new Allowed(
                      List.of(
                          "config", "rollout.outcome", "output.json", "output.terminal", "model"),
                      List.of())),
              Map.entry(
                  "cli.ports",
                  new Allowed(
                      List.of("output.terminal", "bootstrap", "fleet", "config", "model"),
                      List.of())),
              Map.entry(
                  "cli.options",
                  new Allowed(
                      List.of("cli.ports", "output.terminal", "fleet", "config", "model"),
                      List.of("picocli.."))),
              Map.entry(
                  "cli.completion",
                  new Allowed(
                      List.of("cli.ports", "output.terminal", "config", "model"),
                      List.of("picocli.."))),
              Map.entry(
                  "cli.setup",
                  new Allowed(
                      List.of(
                          "cli.options",
                          "cli.ports",
                          "output.tables",
                          "output.terminal",
                          "bootstrap",
                          "fleet",
                          "config",
                          "event",
                          "model"),
                      List.of("picocli.."))),
              Map.entry(
                  "cli",
                  new Allowed(
                      List.of(
                          "cli.completion",
                          "cli.options",
                          "cli.ports",
                          "cli.setup",
                          "hooks",
                          "output",
                          "output.json",
                          "output.report",
                          "output.tables",
                          "output.terminal",
                          "rollout",
                          "rollout.outcome",
                          "bootstrap",
                          "fleet",
                          "config",
                          "event",
                          "model"),
                      List.of("picocli..", LOG)))));

  static Set<String> packages() {
    return PACKAGES.keySet();
  }

  @Test
  void everyPackageIsInTheTable() {
    assertThat(files().keySet()).isEqualTo(PACKAGES.keySet());
  }

  @Test
  void noPackageIsLarge() {
    files()
        .forEach(
            (name, count) ->
                assertThat(count)
                    .as("files of %s", name)
                    .isLessThanOrEqualTo(LARGE.getOrDefault(name, MAX_FILES)));
  }

  /** The number of source files of each package below the root. */
  private static Map<String, Integer> files() {
    return new TreeMap<>(
        PROGRAM.stream()
            .filter(type -> !type.getPackageName().equals(ROOT))
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(JavaClass::isTopLevelClass)
            .collect(
                Collectors.groupingBy(
                    type -> type.getPackageName().substring(ROOT.length() + 1),
                    Collectors.summingInt(type -> 1))));
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageUsesOnlyWhatTheTableAllows(String name) {
    Allowed table = Objects.requireNonNull(PACKAGES.get(name));
    List<String> allowed = new ArrayList<>(List.of("java..", "javax..", "org.jspecify.."));
    allowed.add(ROOT + "." + name);
    table.packages().forEach(other -> allowed.add(ROOT + "." + other));
    allowed.addAll(table.libraries());
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(PROGRAM);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(PROGRAM);
  }

  @Test
  void onlyMainEndsTheProgram() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(PROGRAM);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .check(PROGRAM);
  }

  @Test
  void onlyTheRootUsesTheStandardStreams() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .accessField(System.class, "in")
        .orShould()
        .callMethod(System.class, "console")
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(PROGRAM);
  }

  @Test
  void everyAnswerOfAHostIsCheckedForItsLastEvent() {
    noClasses()
        .that()
        .areNotAssignableTo(HostAgent.class)
        .should()
        .callMethod(
            HostAgent.class,
            "call",
            Host.class,
            HostCommand.class,
            java.util.function.Consumer.class)
        .because("HostAgent.ask takes no silence for a yes")
        .check(PROGRAM);
  }

  @Test
  void policyOpensNoConnectionsAndFiles() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".rollout..",
            ROOT + ".fleet..",
            ROOT + ".bootstrap..",
            ROOT + ".event..",
            ROOT + ".output..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..")
        .check(PROGRAM);
  }

  @Test
  void loggingGoesThroughSlf4j() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..")
        .check(PROGRAM);
  }

  @Test
  void noGenericExceptionsAreThrown() {
    NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(PROGRAM);
  }

  @Test
  void everyPackageIsNullMarked() {
    Set<String> packages =
        PROGRAM.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertThat(packages)
        .allSatisfy(
            name ->
                assertThat(PROGRAM.getPackage(name).isAnnotatedWith(NullMarked.class))
                    .as("%s has a package-info with @NullMarked", name)
                    .isTrue());
  }

  @Test
  void noClassIsCalledUtilOrHelper() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl|Misc)(\\$.*)?")
        .check(PROGRAM);
  }
}
