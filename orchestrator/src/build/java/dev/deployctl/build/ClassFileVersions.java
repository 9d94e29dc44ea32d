package dev.deployctl.build;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Raises old class files of libraries to version 52, with stack maps. The JVM takes no class older
 * than version 50 into a class archive, and checks it at each start with its old, slow verifier.
 * The code of the classes stays as it is, except for one search. The same library gives the same
 * bytes.
 */
public final class ClassFileVersions {
  private static final int TOO_OLD = 49;
  private static final int WANTED = ClassFile.JAVA_8_VERSION;

  /**
   * A class that picocli looks for at each start. Without Groovy that search opens every library.
   */
  private static final String GROOVY = "groovy.lang.Closure";

  /** A class that is always there, and of which no option has an object. */
  private static final String NOTHING = Void.class.getName();

  private ClassFileVersions() {}

  /**
   * @param arguments the libraries, jars, which are replaced
   */
  public static void main(String[] arguments) throws IOException {
    for (String argument : arguments) {
      raise(Path.of(argument));
    }
  }

  private static void raise(Path jar) throws IOException {
    try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()})) {
      ClassFile tool =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      PackedLibrary.rewrite(
          jar,
          (name, content) ->
              Optional.of(name.endsWith(".class") ? raised(tool, content) : content));
    }
  }

  /** Returns a class file in the wanted version, or the same one if it is not too old. */
  private static byte[] raised(ClassFile tool, byte[] content) {
    ClassModel model = tool.parse(content);
    return model.majorVersion() <= TOO_OLD ? tool.transformClass(model, raise()) : content;
  }

  /** Returns a transformation that writes the code again, which makes its stack maps. */
  private static ClassTransform raise() {
    CodeTransform search =
        (builder, element) -> {
          if (element instanceof ConstantInstruction constant
              && constant.constantValue().equals(GROOVY)) {
            builder.loadConstant(NOTHING);
          } else {
            builder.with(element);
          }
        };
    MethodTransform again = MethodTransform.transformingCode(search);
    return (builder, element) -> {
      switch (element) {
        case ClassFileVersion _ -> builder.withVersion(WANTED, 0);
        case MethodModel method -> builder.transformMethod(method, again);
        default -> builder.with(element);
      }
    };
  }
}
