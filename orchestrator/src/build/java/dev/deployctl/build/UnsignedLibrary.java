package dev.deployctl.build;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.Manifest;

/**
 * Takes the signature out of a library. The JVM would read the digests of all its files when it
 * loads the first class, which takes 90 ms, and takes no class of a signed library into a class
 * archive. The download was checked by the build. The same library gives the same bytes.
 */
public final class UnsignedLibrary {
  private UnsignedLibrary() {}

  /**
   * @param arguments the library, a jar, which is replaced
   */
  public static void main(String[] arguments) throws IOException {
    PackedLibrary.rewrite(Path.of(arguments[0]), UnsignedLibrary::unsigned);
  }

  private static Optional<byte[]> unsigned(String name, byte[] content) throws IOException {
    if (name.matches("META-INF/[^/]*\\.(SF|RSA|DSA|EC)")) {
      return Optional.empty();
    }
    return Optional.of(name.equals("META-INF/MANIFEST.MF") ? withoutDigests(content) : content);
  }

  /** Keeps what the manifest says about the library, and drops what it says about each file. */
  private static byte[] withoutDigests(byte[] content) throws IOException {
    Manifest manifest = new Manifest(new ByteArrayInputStream(content));
    if (!manifest.getEntries().values().removeIf(UnsignedLibrary::hasOnlyDigests)) {
      return content;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
  }

  private static boolean hasOnlyDigests(Attributes attributes) {
    return attributes.keySet().stream().allMatch(name -> name.toString().endsWith("-Digest"));
  }
}
