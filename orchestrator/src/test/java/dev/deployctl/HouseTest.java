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
import dev.deployctl.model.Host;
import dev.deployctl.rollout.HostAgent;
import dev.deployctl.rollout.HostCommand;
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

/** The rules of the house: the table of rooms in docs/architecture.md, and what goes for all. */
class HouseTest {
  private static final String ROOT = "dev.deployctl";
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  /**
   * A room.
   *
   * @param rooms rooms it may know
   * @param libraries packages from outside that it may use, besides the JDK and JSpecify
   */
  private record Room(List<String> rooms, List<String> libraries) {}

  private static final List<String> JACKSON = List.of("com.fasterxml.jackson..");
  private static final String LOG = "org.slf4j..";

  private static final Map<String, Room> ROOMS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("model", new Room(List.of(), List.of())),
              Map.entry("event", new Room(List.of("model"), JACKSON)),
              Map.entry(
                  "yaml",
                  new Room(
                      List.of("model"),
                      List.of("com.fasterxml.jackson..", "org.yaml.snakeyaml.."))),
              Map.entry("config", new Room(List.of("model", "yaml"), JACKSON)),
              Map.entry("rollout", new Room(List.of("model", "event"), List.of(LOG))),
              Map.entry("openssh", new Room(List.of("model"), List.of())),
              Map.entry(
                  "ssh",
                  new Room(
                      List.of("openssh", "rollout", "event", "model"),
                      List.of("net.schmizz..", "com.hierynomus..", "org.bouncycastle..", LOG))),
              Map.entry(
                  "inventory",
                  new Room(
                      List.of("rollout", "model", "yaml"),
                      List.of(
                          "com.amazonaws..",
                          "org.apache.http.conn..",
                          "com.fasterxml.jackson..",
                          LOG))),
              Map.entry("output", new Room(List.of("event", "model", "rollout"), JACKSON)),
              Map.entry(
                  "hooks", new Room(List.of("config", "rollout", "output", "model"), List.of())),
              Map.entry(
                  "cli",
                  new Room(
                      List.of(
                          "config", "inventory", "rollout", "output", "hooks", "model", "event"),
                      List.of("picocli..", LOG)))));

  static Set<String> rooms() {
    return ROOMS.keySet();
  }

  @Test
  void every_package_is_a_room_of_the_table() {
    Set<String> found =
        HOUSE.stream()
            .map(type -> type.getPackageName())
            .filter(name -> !name.equals(ROOT))
            .map(name -> name.substring(ROOT.length() + 1))
            .collect(Collectors.toSet());
    assertThat(found).isEqualTo(ROOMS.keySet());
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void a_room_knows_only_what_the_table_allows(String name) {
    Room room = Objects.requireNonNull(ROOMS.get(name));
    List<String> allowed = new ArrayList<>(List.of("java..", "javax..", "org.jspecify.."));
    allowed.add(ROOT + "." + name + "..");
    room.rooms().forEach(other -> allowed.add(ROOT + "." + other + ".."));
    allowed.addAll(room.libraries());
    classes()
        .that()
        .resideInAPackage(ROOT + "." + name + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(HOUSE);
  }

  @Test
  void rooms_do_not_know_each_other_in_a_circle() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void only_main_ends_the_program() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + ".Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(HOUSE);
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT)
        .should()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .callMethod(Runtime.class, "exit", int.class)
        .check(HOUSE);
  }

  @Test
  void only_the_root_touches_the_standard_streams() {
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
        .check(HOUSE);
  }

  @Test
  void every_answer_of_a_host_is_checked_for_its_last_event() {
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
        .check(HOUSE);
  }

  @Test
  void policy_connects_to_nothing() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + ".rollout..", ROOT + ".event..", ROOT + ".output..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..")
        .check(HOUSE);
  }

  @Test
  void one_way_to_log() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..")
        .check(HOUSE);
  }

  @Test
  void an_exception_says_what_it_is_by_its_type() {
    NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS.check(HOUSE);
  }

  @Test
  void every_package_is_null_marked() {
    Set<String> packages =
        HOUSE.stream().map(JavaClass::getPackageName).collect(Collectors.toSet());
    assertThat(packages)
        .allSatisfy(
            name ->
                assertThat(HOUSE.getPackage(name).isAnnotatedWith(NullMarked.class))
                    .as("%s has a package-info with @NullMarked", name)
                    .isTrue());
  }

  @Test
  void names_say_what_a_class_is_for() {
    noClasses()
        .should()
        .haveNameMatching(".*(Utils?|Helpers?|Managers?|Impl|Misc)(\\$.*)?")
        .check(HOUSE);
  }
}
