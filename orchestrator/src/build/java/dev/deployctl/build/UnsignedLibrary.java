package dev.deployctl.build;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Stream;

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
    Path jar = Path.of(arguments[0]);
    Path unsigned = jar.resolveSibling(jar.getFileName() + ".new");
    Files.copy(jar, unsigned, StandardCopyOption.REPLACE_EXISTING);
    boolean changed = false;
    try (FileSystem zip =
        FileSystems.newFileSystem(URI.create("jar:" + unsigned.toUri()), Map.of())) {
      for (Path file : signatures(zip.getPath("META-INF"))) {
        Files.delete(file);
        changed = true;
      }
      if (changed) {
        withoutDigests(zip.getPath("META-INF/MANIFEST.MF"));
      }
    }
    if (changed) {
      Files.move(unsigned, jar, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(unsigned);
    }
  }

  private static List<Path> signatures(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().matches(".*\\.(SF|RSA|DSA|EC)")).sorted().toList();
    }
  }

  /** Keeps what the manifest says about the library, and drops what it says about each file. */
  private static void withoutDigests(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Manifest manifest;
    try (InputStream in = Files.newInputStream(file)) {
      manifest = new Manifest(in);
    }
    manifest.getEntries().values().removeIf(UnsignedLibrary::hasOnlyDigests);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    Files.write(file, out.toByteArray());
    Files.setLastModifiedTime(file, time);
  }

  private static boolean hasOnlyDigests(Attributes attributes) {
    return attributes.keySet().stream().allMatch(name -> name.toString().endsWith("-Digest"));
  }
}
