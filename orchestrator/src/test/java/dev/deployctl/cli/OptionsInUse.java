package dev.deployctl.cli;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.rollout.outcome.EventSink;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Follows the program from a command's {@code call} through everything that it may call, and finds
 * the options that are read on the way.
 */
final class OptionsInUse {
  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.deployctl");
  private static final String SETTINGS = RolloutSettings.class.getName();

  private final JavaClass command;
  private final Set<JavaCodeUnit> reached = new LinkedHashSet<>();

  OptionsInUse(Class<?> command) {
    this.command = PROGRAM.get(command);
    Deque<JavaCodeUnit> next = new ArrayDeque<>();
    withSuperclasses(this.command)
        .flatMap(owner -> owner.getMethods().stream())
        .filter(method -> method.getName().equals("call"))
        .forEach(next::push);
    while (!next.isEmpty()) {
      JavaCodeUnit unit = next.pop();
      if (reached.add(unit)) {
        targetsOf(unit).forEach(target -> next.addAll(implementations(target)));
      }
    }
  }

  /** Returns whether the value of an option has an effect on the command. */
  boolean uses(Field option) {
    List<JavaFieldAccess> reads =
        reached.stream()
            .flatMap(unit -> unit.getFieldAccesses().stream())
            .filter(access -> access.getAccessType() == JavaFieldAccess.AccessType.GET)
            .filter(access -> isOf(access, option))
            .toList();
    // An option that only overrides a setting is used once the setting is read.
    boolean onlyIntoSettings =
        isSetting(option.getName())
            && reads.stream().allMatch(read -> constructsSettings(read.getOrigin()));
    return !reads.isEmpty() && (!onlyIntoSettings || asksSettings(option.getName()));
  }

  private static boolean isOf(JavaFieldAccess access, Field option) {
    return access.getTarget().getName().equals(option.getName())
        && access.getTargetOwner().isAssignableTo(option.getDeclaringClass());
  }

  private static boolean isSetting(String name) {
    return Arrays.stream(RolloutSettings.class.getRecordComponents())
        .anyMatch(component -> component.getName().equals(name));
  }

  private static boolean constructsSettings(JavaCodeUnit unit) {
    return unit.getConstructorCallsFromSelf().stream()
        .anyMatch(call -> call.getTargetOwner().getName().equals(SETTINGS));
  }

  private boolean asksSettings(String name) {
    return reached.stream()
        .filter(unit -> !constructsSettings(unit) && !unit.getOwner().getName().equals(SETTINGS))
        .flatMap(OptionsInUse::targetsOf)
        .anyMatch(
            target -> owner(target).getName().equals(SETTINGS) && target.getName().equals(name));
  }

  private static Stream<CodeUnitAccessTarget> targetsOf(JavaCodeUnit unit) {
    return Stream.concat(
            unit.getCallsFromSelf().stream(), unit.getCodeUnitReferencesFromSelf().stream())
        .map(access -> (CodeUnitAccessTarget) access.getTarget());
  }

  private static JavaClass owner(CodeUnitAccessTarget target) {
    return target.getOwner();
  }

  /** Returns everything that a call may run; of the hierarchy of commands only this command's. */
  private List<JavaCodeUnit> implementations(CodeUnitAccessTarget target) {
    JavaClass owner = owner(target);
    if (!owner.getName().startsWith("dev.deployctl")
        || owner.getName().equals(EventSink.class.getName())) {
      // Progress of a rollout is no use of an option.
      return List.of();
    }
    List<JavaCodeUnit> found = new ArrayList<>();
    boolean own = command.getAllRawSuperclasses().contains(owner);
    if (own) {
      withSuperclasses(command)
          .flatMap(one -> declared(one, target))
          .findFirst()
          .ifPresent(found::add);
      return found;
    }
    target.resolveMember().ifPresent(found::add);
    owner.getAllSubclasses().forEach(one -> declared(one, target).forEach(found::add));
    return found;
  }

  private static Stream<JavaClass> withSuperclasses(JavaClass type) {
    return Stream.concat(Stream.of(type), type.getAllRawSuperclasses().stream());
  }

  private static Stream<JavaCodeUnit> declared(JavaClass type, CodeUnitAccessTarget target) {
    return type.getCodeUnits().stream()
        .filter(
            unit ->
                unit.getName().equals(target.getName())
                    && names(unit.getRawParameterTypes())
                        .equals(names(target.getRawParameterTypes())));
  }

  private static List<String> names(List<JavaClass> types) {
    return types.stream().map(JavaClass::getName).toList();
  }
}
