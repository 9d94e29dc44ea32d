package dev.deployctl.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Rewrites the copy of a library that is packed. The same library gives the same bytes. */
final class PackedLibrary {
  /** The time of every entry. An instant would be stored as the time of the build's time zone. */
  private static final LocalDateTime TIME = LocalDateTime.of(2020, 1, 1, 0, 0);

  private PackedLibrary() {}

  /** A change of the files of a library. */
  @FunctionalInterface
  interface Change {
    /** Returns the new content of a file; nothing to leave it out. */
    Optional<byte[]> of(String name, byte[] content) throws IOException;
  }

  /** Replaces a library by a changed copy; leaves it alone if no file changes. */
  static void rewrite(Path jar, Change change) throws IOException {
    Path copy = jar.resolveSibling(jar.getFileName() + ".new");
    boolean changed;
    try (ZipFile source = new ZipFile(jar.toFile());
        ZipOutputStream target = new ZipOutputStream(Files.newOutputStream(copy))) {
      changed = copy(source, target, change);
    }
    if (changed) {
      Files.move(copy, jar, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.delete(copy);
    }
  }

  private static boolean copy(ZipFile source, ZipOutputStream target, Change change)
      throws IOException {
    boolean changed = false;
    for (ZipEntry entry : Collections.list(source.entries())) {
      byte[] before = source.getInputStream(entry).readAllBytes();
      Optional<byte[]> after = change.of(entry.getName(), before);
      changed |= after.isEmpty() || !Arrays.equals(before, after.get());
      if (after.isPresent()) {
        ZipEntry written = new ZipEntry(entry.getName());
        written.setTimeLocal(TIME);
        target.putNextEntry(written);
        target.write(after.get());
      }
    }
    return changed;
  }
}
