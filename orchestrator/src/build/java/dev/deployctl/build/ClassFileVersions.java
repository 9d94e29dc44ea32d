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
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
    Path raised = jar.resolveSibling(jar.getFileName() + ".new");
    Files.copy(jar, raised, StandardCopyOption.REPLACE_EXISTING);
    boolean changed = false;
    try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
        FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + raised.toUri()), Map.of())) {
      ClassFile tool =
          ClassFile.of(
              ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      for (Path file : classFiles(zip.getPath("/"))) {
        ClassModel model = tool.parse(Files.readAllBytes(file));
        if (model.majorVersion() <= TOO_OLD) {
          FileTime time = Files.getLastModifiedTime(file);
          Files.write(file, tool.transformClass(model, raise()));
          Files.setLastModifiedTime(file, time);
          changed = true;
        }
      }
    }
    if (changed) {
      Files.move(raised, jar, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(raised);
    }
  }

  private static List<Path> classFiles(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
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
