package dev.deployctl.build;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lowers the longest packet that sshj accepts from 256 to 64 KiB. sshj reserves that much memory
 * for each connection. RFC 4253 demands 35,000 bytes, and hosts send what the channel allows, which
 * is less. The same library gives the same bytes.
 */
public final class ShorterPackets {
  private static final String DECODER = "net/schmizz/sshj/transport/Decoder.class";
  private static final Integer LENGTH = 256 * 1024;
  private static final Integer WANTED = 64 * 1024;

  /** The check of a packet's length, and the size of the buffer. */
  private static final int PLACES = 2;

  private ShorterPackets() {}

  /**
   * @param arguments the library, a jar, which is replaced
   */
  public static void main(String[] arguments) throws IOException {
    Path jar = Path.of(arguments[0]);
    Path changed = jar.resolveSibling(jar.getFileName() + ".new");
    Files.copy(jar, changed, StandardCopyOption.REPLACE_EXISTING);
    int places;
    try (FileSystem zip =
        FileSystems.newFileSystem(URI.create("jar:" + changed.toUri()), Map.of())) {
      places = change(zip.getPath(DECODER));
    }
    if (places == PLACES) {
      Files.move(changed, jar, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Files.delete(changed);
    if (places > 0 || count(jar, WANTED) != PLACES) {
      throw new IOException(jar + ": " + DECODER + " does not have the code that is changed here");
    }
  }

  /** Returns the number of places that were changed. */
  private static int change(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    AtomicInteger places = new AtomicInteger();
    CodeTransform shorter =
        (builder, element) -> {
          if (element instanceof ConstantInstruction constant
              && constant.constantValue().equals(LENGTH)) {
            builder.loadConstant(WANTED);
            places.incrementAndGet();
          } else {
            builder.with(element);
          }
        };
    ClassFile tool = ClassFile.of();
    byte[] code =
        tool.transformClass(
            tool.parse(Files.readAllBytes(file)), ClassTransform.transformingMethodBodies(shorter));
    Files.write(file, code);
    Files.setLastModifiedTime(file, time);
    return places.get();
  }

  /** Returns how often the decoder of a library has a number. */
  private static long count(Path jar, Integer number) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of())) {
      return ClassFile.of().parse(Files.readAllBytes(zip.getPath(DECODER))).methods().stream()
          .flatMap(method -> method.code().stream())
          .flatMap(code -> code.elementStream())
          .filter(
              element ->
                  element instanceof ConstantInstruction constant
                      && constant.constantValue().equals(number))
          .count();
    }
  }
}
