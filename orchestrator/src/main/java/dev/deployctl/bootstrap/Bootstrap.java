package dev.deployctl.bootstrap;

import dev.deployctl.event.HostEvent;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostAgent;
import dev.deployctl.fleet.HostCommand;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.HostUnreachableException;
import dev.deployctl.model.Host;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Installs or upgrades the host-side script on one host: an operator's work, done with the
 * operator's own right to be root there. Nothing but the script's installer writes anything, and
 * what was carried over is removed again.
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

  /** What became of one host. */
  public sealed interface Result {
    Host host();

    /**
     * The script is there and answers.
     *
     * @param before the version that was there, null where there was none
     */
    record Installed(Host host, @Nullable String before, String now) implements Result {}

    /**
     * It is not as it should be.
     *
     * @param state what the host is left with
     */
    record Failed(Host host, String message, String state, @Nullable String hint)
        implements Result {}

    record OutOfReach(Host host, String reason, @Nullable String hint) implements Result {}
  }

  /** Installs on one host, and asks the new script for its version. */
  public Result install(Host host, boolean allowDowngrade) throws InterruptedException {
    try {
      return tryInstall(host, allowDowngrade);
    } catch (HostUnreachableException gone) {
      return new Result.OutOfReach(host, gone.reason(), gone.hint());
    } catch (ConnectionLostException lost) {
      return new Result.OutOfReach(
          host,
          lost.reason(),
          "the same command again finishes what was begun: the installer switches by one rename");
    }
  }

  private Result tryInstall(Host host, boolean allowDowngrade)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    HostShell.Result root = shell.run(host, List.of("sudo", "-n", "true"), NOTHING);
    if (root.exit() != 0) {
      return new Result.Failed(
          host,
          "sudo does not let this user be root without a password: " + said(root),
          "nothing was touched",
          "log in as somebody who may (--user), or install by hand: packaging/install");
    }
    String before = version(host);
    if (before != null && Versions.isNewer(before, packaged.version()) && !allowDowngrade) {
      return new Result.Failed(
          host,
          "it has version " + before + ", which is newer than " + packaged.version(),
          "nothing was touched",
          "use a newer deployctl, or say --allow-downgrade");
    }
    sweep(host);
    HostShell.Result made =
        shell.run(host, List.of("sudo", "-n", "mktemp", "-d", TEMPLATE), NOTHING);
    String directory = made.out().strip();
    if (made.exit() != 0 || !DIRECTORY.matcher(directory).matches()) {
      return failed(host, "no temporary directory could be made", made, before);
    }
    boolean reached = false;
    try {
      Result.Failed failed = unpackAndInstall(host, directory, before);
      reached = true;
      if (failed != null) {
        return failed;
      }
    } finally {
      remove(host, directory, reached);
    }
    String now = version(host);
    if (now == null || !packaged.version().equals(now)) {
      return new Result.Failed(
          host,
          "it was installed, but " + (now == null ? "does not answer" : "answers as " + now),
          "the host should be looked at before anything is rolled out there",
          "log in there and run: sudo deployctl-host version");
    }
    return new Result.Installed(host, before, now);
  }

  /** What went wrong, or null. */
  private Result.@Nullable Failed unpackAndInstall(
      Host host, String directory, @Nullable String before)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    HostShell.Result unpacked =
        shell.run(
            host,
            List.of("sudo", "-n", "tar", "-x", "--no-same-owner", "-C", directory, "-f", "-"),
            packaged.tar);
    if (unpacked.exit() != 0) {
      return failed(host, "the script could not be unpacked", unpacked, before);
    }
    HostShell.Result installed =
        shell.run(
            host,
            List.of("sudo", "-n", "/bin/sh", directory + "/packaging/install", "--group=" + group),
            NOTHING);
    return installed.exit() == 0 ? null : failed(host, "the installer refuses", installed, before);
  }

  /** Where the host is gone, why it is gone is what should be told; the next run sweeps. */
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
   * Removes what runs left behind whose connection died half way. Only what is old: somebody else
   * may be installing right now.
   */
  private void sweep(Host host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    shell.run(host, SWEEP, NOTHING);
  }

  private static Result.Failed failed(
      Host host, String what, HostShell.Result result, @Nullable String before) {
    return new Result.Failed(
        host,
        what + " (exit " + result.exit() + "): " + said(result),
        before == null ? "deployctl-host is not installed" : "version " + before + " is in place",
        null);
  }

  private static String said(HostShell.Result result) {
    String text = result.err().isBlank() ? result.out() : result.err();
    if (text.isBlank()) {
      return result.exit() == 0
          ? "it gave no answer; the login shell may end before the command runs"
          : "it gave no reason";
    }
    return text.strip();
  }

  /** The version that answers; null where none does. */
  private @Nullable String version(Host host)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    AtomicReference<@Nullable String> version = new AtomicReference<>();
    agent.ask(
        host,
        HostCommand.of("version"),
        event -> {
          if (event instanceof HostEvent.Version told) {
            version.set(told.version());
          }
        });
    return version.get();
  }
}
