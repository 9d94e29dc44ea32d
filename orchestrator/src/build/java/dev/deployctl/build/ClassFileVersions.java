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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

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

  /** The time of every entry. An instant would be stored as the time of the build's time zone. */
  private static final LocalDateTime TIME = LocalDateTime.of(2020, 1, 1, 0, 0);

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
    Path raised = jar.resolveSibling(jar.getFileName() + ".new");
    boolean changed;
    try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        ZipFile source = new ZipFile(jar.toFile());
        ZipOutputStream target = new ZipOutputStream(Files.newOutputStream(raised))) {
      ClassFile tool =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      changed = copy(source, target, tool);
    }
    if (changed) {
      Files.move(raised, jar, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(raised);
    }
  }

  /** Copies all entries, with old classes raised; returns true if there are some. */
  private static boolean copy(ZipFile source, ZipOutputStream target, ClassFile tool)
      throws IOException {
    boolean changed = false;
    for (ZipEntry entry : Collections.list(source.entries())) {
      byte[] content = source.getInputStream(entry).readAllBytes();
      if (entry.getName().endsWith(".class")) {
        ClassModel model = tool.parse(content);
        if (model.majorVersion() <= TOO_OLD) {
          content = tool.transformClass(model, raise());
          changed = true;
        }
      }
      ZipEntry copy = new ZipEntry(entry.getName());
      copy.setTimeLocal(TIME);
      target.putNextEntry(copy);
      target.write(content);
    }
    return changed;
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
