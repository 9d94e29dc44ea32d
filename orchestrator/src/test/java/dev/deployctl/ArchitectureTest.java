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
import dev.deployctl.fleet.command.HostCommand;
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

/** The rules of the architecture: {@link PackageTable}, and rules for all packages. */
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

  static Set<String> packages() {
    return PackageTable.PACKAGES.keySet();
  }

  @Test
  void everyPackageIsInTheTable() {
    assertThat(files().keySet()).isEqualTo(PackageTable.PACKAGES.keySet());
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
    PackageTable.Allowed table = Objects.requireNonNull(PackageTable.PACKAGES.get(name));
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
