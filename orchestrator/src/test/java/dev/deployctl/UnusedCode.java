package dev.deployctl;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds classes, methods, constructors and fields that nothing in the program refers to.
 *
 * <p>Not reported, because they are used without a reference in the code: overrides, members with
 * annotations (picocli and Jackson find them by reflection), what the compiler adds, constants of
 * enums (converted from text by name), canonical constructors of records, and constants of
 * primitive type or String, whose values the compiler copies. Private members are left to Error
 * Prone.
 */
final class UnusedCode {
  private final JavaClasses program;

  private UnusedCode(JavaClasses program) {
    this.program = program;
  }

  /** Returns the full names of all unused classes and members. */
  static Set<String> in(JavaClasses program) {
    UnusedCode unused = new UnusedCode(program);
    Set<String> findings = new TreeSet<>();
    for (JavaClass type : program) {
      if (!isGenerated(type)) {
        if (unused.isUnused(type)) {
          findings.add(type.getName());
        } else {
          unused.members(type).forEach(findings::add);
        }
      }
    }
    return findings;
  }

  private static boolean isGenerated(JavaClass type) {
    return type.isAnonymousClass()
        || type.getSimpleName().equals("package-info")
        || type.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  /** A top-level class needs a reference from another file, a nested one from another class. */
  private boolean isUnused(JavaClass type) {
    return program.stream()
        .filter(part -> part.equals(type) || isInside(part, type))
        .flatMap(part -> part.getDirectDependenciesToSelf().stream())
        .map(dependency -> dependency.getOriginClass())
        .noneMatch(
            origin ->
                type.isTopLevelClass()
                    ? !topLevel(origin).equals(type)
                    : !origin.equals(type) && !isInside(origin, type));
  }

  private static JavaClass topLevel(JavaClass type) {
    return type.getEnclosingClass().map(UnusedCode::topLevel).orElse(type);
  }

  private static boolean isInside(JavaClass inner, JavaClass outer) {
    return inner
        .getEnclosingClass()
        .map(enclosing -> enclosing.equals(outer) || isInside(enclosing, outer))
        .orElse(false);
  }

  private Stream<String> members(JavaClass type) {
    Stream<JavaMethod> methods = type.getMethods().stream().filter(this::isUnused);
    Stream<JavaConstructor> constructors =
        type.getConstructors().stream().filter(UnusedCode::isUnused);
    Stream<JavaField> fields = type.getFields().stream().filter(UnusedCode::isUnused);
    return Stream.of(methods, constructors, fields)
        .flatMap(members -> members)
        .map(JavaMember::getFullName);
  }

  private boolean isUnused(JavaMethod method) {
    return isCandidate(method)
        && !isCalled(method)
        && !method.getName().equals("main")
        && !isOfEnum(method)
        && !isReadAsField(method)
        && !overrides(method);
  }

  private static boolean isUnused(JavaConstructor constructor) {
    JavaClass owner = constructor.getOwner();
    return isCandidate(constructor)
        && !isCalled(constructor)
        && !owner.isEnum()
        && !owner.isRecord()
        && !owner.getModifiers().contains(JavaModifier.ABSTRACT);
  }

  private static boolean isUnused(JavaField field) {
    boolean copied =
        field.getModifiers().contains(JavaModifier.STATIC)
            && field.getModifiers().contains(JavaModifier.FINAL)
            && (field.getRawType().isPrimitive()
                || field.getRawType().isEquivalentTo(String.class));
    return isCandidate(field)
        && !copied
        && !field.getOwner().isEnum()
        && !field.getOwner().isRecord()
        && field.getAccessesToSelf().stream()
            .allMatch(access -> access.getOrigin() instanceof JavaConstructor);
  }

  /** Private members are checked by the compiler plugin; generated ones are not reported. */
  private static boolean isCandidate(JavaMember member) {
    return !member.getModifiers().contains(JavaModifier.PRIVATE)
        && !member.getModifiers().contains(JavaModifier.SYNTHETIC)
        && member.getAnnotations().stream()
            .allMatch(annotation -> annotation.getRawType().getName().startsWith("org.jspecify"));
  }

  private static boolean isCalled(JavaCodeUnit unit) {
    return unit.getAccessesToSelf().stream().anyMatch(access -> !access.getOrigin().equals(unit));
  }

  private static boolean isOfEnum(JavaMethod method) {
    return method.getOwner().isEnum() && List.of("values", "valueOf").contains(method.getName());
  }

  /** A record's own methods, and those around it, read a component without its accessor. */
  private static boolean isReadAsField(JavaMethod method) {
    JavaClass owner = method.getOwner();
    return owner.isRecord()
        && method.getRawParameterTypes().isEmpty()
        && owner.tryGetField(method.getName()).filter(field -> isRead(field, method)).isPresent();
  }

  private static boolean isRead(JavaField field, JavaMethod accessor) {
    return field.getAccessesToSelf().stream()
        .anyMatch(
            access ->
                access.getAccessType() == JavaFieldAccess.AccessType.GET
                    && !access.getOrigin().equals(accessor));
  }

  /** An override has a bridge method where generic parameters differ. */
  private boolean overrides(JavaMethod method) {
    JavaClass owner = method.getOwner();
    boolean bridged =
        owner.getMethods().stream()
            .anyMatch(
                other ->
                    other.getName().equals(method.getName())
                        && other.getModifiers().contains(JavaModifier.BRIDGE));
    return bridged
        || Stream.concat(
                owner.getAllRawSuperclasses().stream(), owner.getAllRawInterfaces().stream())
            .anyMatch(parent -> declares(parent, method))
        || isInheritedForAnInterface(method);
  }

  private static boolean declares(JavaClass parent, JavaMethod method) {
    return declared(parent, method) != null;
  }

  private static @Nullable JavaMethod declared(JavaClass type, JavaMethod method) {
    return type.getMethods().stream()
        .filter(
            other ->
                other.getName().equals(method.getName())
                    && other.getRawParameterTypes().size() == method.getRawParameterTypes().size()
                    && !other.getModifiers().contains(JavaModifier.STATIC))
        .findFirst()
        .orElse(null);
  }

  /** A superclass may implement a method of an interface that only its subclasses declare. */
  private boolean isInheritedForAnInterface(JavaMethod method) {
    return method.getOwner().getAllSubclasses().stream()
        .filter(program::contains)
        .flatMap(subclass -> subclass.getAllRawInterfaces().stream())
        .anyMatch(parent -> declares(parent, method));
  }
}
