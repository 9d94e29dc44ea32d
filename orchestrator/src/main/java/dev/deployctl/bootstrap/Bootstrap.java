package dev.deployctl.bootstrap;

import dev.deployctl.event.AnswerEvents;
import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCall;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostResult;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Installs or upgrades the host script on one host, with the operator's own right to be root there.
 * Nothing but the script's installer writes anything, and the copied files are removed afterwards.
 */
public final class Bootstrap {
  /** Made by root for root: nobody else can put a file there before the installer runs. */
  private static final String TEMPLATE = "/var/tmp/deployctl-bootstrap.XXXXXXXXXX";

  private static final Pattern DIRECTORY =
      Pattern.compile("/var/tmp/deployctl-bootstrap\\.[A-Za-z0-9]{10}");
  private static final List<String> SWEEP =
      List.of(
          "sudo",
          "-n",
          "find",
          "/var/tmp",
          "-maxdepth",
          "1",
          "-type",
          "d",
          "-user",
          "root",
          "-name",
          "deployctl-bootstrap.*",
          "-mmin",
          "+10",
          "-exec",
          "rm",
          "-rf",
          "{}",
          "+");
  private static final byte[] NOTHING = {};

  private final HostAgent agent;
  private final HostShell shell;
  private final Packaged packaged;
  private final String group;

  /**
   * @param group whose members may call the script
   */
  public Bootstrap(HostAgent agent, HostShell shell, Packaged packaged, String group) {
    this.agent = agent;
    this.shell = shell;
    this.packaged = packaged;
    this.group = group;
  }

  /** The script that came with this program. */
  public static final class Packaged {
    private final String version;
    private final byte[] tar;

    /**
     * @param tar its files
     */
    public Packaged(String version, byte[] tar) {
      this.version = version;
      this.tar = tar.clone();
    }

    public String version() {
      return version;
    }
  }

  /**
   * The result of one host.
   *
   * @param result answered where the script is installed and answers as this version
   * @param before the version that was there, null where there was none
   */
  public record Installation(HostResult result, @Nullable String before, String version) {}

  /** Installs on one host, and asks the new script for its version. */
  public Installation install(Host host, boolean allowDowngrade) throws InterruptedException {
    return HostCall.attempt(
        host,
        "the same command again finishes what was begun: the installer switches by one rename",
        () -> tryInstall(host, allowDowngrade),
        lost -> new Installation(lost, null, packaged.version()));
  }

  private Installation tryInstall(Host host, boolean allowDowngrade)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    HostShell.Output root = shell.run(host, List.of("sudo", "-n", "true"), NOTHING);
    if (root.exit() != 0) {
      HostError error =
          HostErrorKind.NOT_ALLOWED.error(
              "passwordless sudo is required: " + reason(root),
              "nothing was touched",
              "log in as a user who has it (--user), or install by hand: packaging/install");
      return new Installation(
          new HostResult.Refused(host, HostErrorKind.NOT_ALLOWED, error), null, packaged.version());
    }
    String before = version(host);
    HostError error = installOver(host, before, allowDowngrade);
    return new Installation(
        error == null
            ? new HostResult.Answered(host, List.of())
            : new HostResult.Refused(host, HostErrorKind.UNAVAILABLE, error),
        before,
        packaged.version());
  }

  /** Installs over the version that is there. Returns what went wrong, or null. */
  private @Nullable HostError installOver(
      Host host, @Nullable String before, boolean allowDowngrade)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    if (before != null && Versions.isNewer(before, packaged.version()) && !allowDowngrade) {
      return HostErrorKind.UNAVAILABLE.error(
          "it has version " + before + ", which is newer than " + packaged.version(),
          "nothing was touched",
          "use a newer deployctl, or say --allow-downgrade");
    }
    sweep(host);
    HostShell.Output made =
        shell.run(host, List.of("sudo", "-n", "mktemp", "-d", TEMPLATE), NOTHING);
    String directory = made.out().strip();
    if (made.exit() != 0 || !DIRECTORY.matcher(directory).matches()) {
      return failed("no temporary directory could be made", made, before);
    }
    boolean reached = false;
    try {
      HostError failed = unpackAndInstall(host, directory, before);
      reached = true;
      if (failed != null) {
        return failed;
      }
    } finally {
      remove(host, directory, reached);
    }
    String now = version(host);
    return packaged.version().equals(now)
        ? null
        : HostErrorKind.UNAVAILABLE.error(
            "it was installed, but " + (now == null ? "does not answer" : "answers as " + now),
            "the host should be looked at before anything is rolled out there",
            "log in there and run: sudo deployctl-host version");
  }

  /** Returns what went wrong, or null. */
  private @Nullable HostError unpackAndInstall(Host host, String directory, @Nullable String before)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    HostShell.Output unpacked =
        shell.run(
            host,
            List.of("sudo", "-n", "tar", "-x", "--no-same-owner", "-C", directory, "-f", "-"),
            packaged.tar);
    if (unpacked.exit() != 0) {
      return failed("the script could not be unpacked", unpacked, before);
    }
    HostShell.Output installed =
        shell.run(
            host,
            List.of("sudo", "-n", "/bin/sh", directory + "/packaging/install", "--group=" + group),
            NOTHING);
    return installed.exit() == 0 ? null : failed("the installer refuses", installed, before);
  }

  /** A lost connection while removing must not hide the first one; the next run sweeps. */
  private void remove(Host host, String directory, boolean reached)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    try {
      shell.run(host, List.of("sudo", "-n", "rm", "-rf", directory), NOTHING);
    } catch (HostUnreachableException | ConnectionLostException gone) {
      if (reached) {
        throw gone;
      }
    }
  }

  /**
   * Removes what runs left behind whose connection broke. Only what is old: somebody else may be
   * installing right now.
   */
  private void sweep(Host host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    shell.run(host, SWEEP, NOTHING);
  }

  private static HostError failed(String what, HostShell.Output output, @Nullable String before) {
    return HostErrorKind.UNAVAILABLE.error(
        what + " (exit " + output.exit() + "): " + reason(output),
        before == null ? "deployctl-host is not installed" : "version " + before + " is in place",
        null);
  }

  private static String reason(HostShell.Output output) {
    String text = output.err().isBlank() ? output.out() : output.err();
    if (text.isBlank()) {
      return output.exit() == 0
          ? "it gave no answer; the login shell may end before the command runs"
          : "it gave no reason";
    }
    return text.strip();
  }

  /** Returns the version that answers; null where none does. */
  private @Nullable String version(Host host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    AtomicReference<@Nullable String> version = new AtomicReference<>();
    agent.ask(
        host,
        HostCommand.version(),
        event -> {
          if (event instanceof AnswerEvents.Version told) {
            version.set(told.version());
          }
        });
    return version.get();
  }
}
