package dev.deployctl.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** The version of the program, and the commit that it was built from. */
final class ProgramVersion implements IVersionProvider {
  /** Written by the build; empty if it ran outside git. */
  private static final String COMMIT = "commit.properties";

  /** Returns whether nothing else is asked for, so that no command line has to be built. */
  static boolean isAllThatIsAskedFor(String... arguments) {
    return arguments.length == 1 && Commands.VERSION.contains(arguments[0]);
  }

  @Override
  public String[] getVersion() {
    return new String[] {text()};
  }

  /** Returns the line that is printed. */
  static String text() {
    Properties commit = new Properties();
    try (InputStream file = ProgramVersion.class.getResourceAsStream(COMMIT)) {
      if (file != null) {
        commit.load(file);
      }
    } catch (IOException unreadable) {
      commit.clear();
    }
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return line(version, commit);
  }

  /** Returns {@code deployctl 0.2.0 (commit 1a2b3c4d5e6f, 2026-11-30)}, as far as that is known. */
  static String line(@Nullable String version, Properties commit) {
    String line = "deployctl " + (version == null ? "(not packaged)" : version);
    String hash = commit.getProperty("commit");
    if (hash == null) {
      return line;
    }
    String changed = commit.containsKey("changed") ? " with changes" : "";
    return line + " (commit " + hash + changed + ", " + commit.getProperty("date") + ")";
  }
}
