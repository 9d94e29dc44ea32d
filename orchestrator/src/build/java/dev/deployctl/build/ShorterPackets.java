package dev.deployctl.build;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.nio.file.Path;
import java.util.Optional;
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
    AtomicInteger places = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    PackedLibrary.rewrite(
        jar,
        (name, content) -> {
          if (!name.equals(DECODER)) {
            return Optional.of(content);
          }
          done.set(count(content, WANTED));
          byte[] shorter = shorter(content, places);
          return Optional.of(places.get() == PLACES ? shorter : content);
        });
    boolean before = places.get() == 0 && done.get() == PLACES;
    if (places.get() != PLACES && !before) {
      throw new IOException(jar + ": " + DECODER + " does not have the code that is changed here");
    }
  }

  /** Returns the decoder with shorter packets, and counts the places that were changed. */
  private static byte[] shorter(byte[] content, AtomicInteger places) {
    CodeTransform shorter =
        (builder, element) -> {
          if (isNumber(element, LENGTH)) {
            builder.loadConstant(WANTED);
            places.incrementAndGet();
          } else {
            builder.with(element);
          }
        };
    ClassFile tool = ClassFile.of();
    return tool.transformClass(
        tool.parse(content), ClassTransform.transformingMethodBodies(shorter));
  }

  /** Returns how often a class has a number in its code. */
  private static int count(byte[] content, Integer number) {
    return (int)
        ClassFile.of().parse(content).methods().stream()
            .flatMap(method -> method.code().stream())
            .flatMap(code -> code.elementStream())
            .filter(element -> isNumber(element, number))
            .count();
  }

  private static boolean isNumber(CodeElement element, Integer number) {
    return element instanceof ConstantInstruction constant
        && constant.constantValue().equals(number);
  }
}
