package dev.deployctl.bootstrap;

import dev.deployctl.event.HostError;
import dev.deployctl.event.HostErrorKind;
import dev.deployctl.fleet.ConnectionLostException;
import dev.deployctl.fleet.HostShell;
import dev.deployctl.fleet.HostUnreachableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Copies the host script to one host, and runs its own programs there, which do all of the work.
 * The copied files are removed afterwards.
 */
final class ScriptInstaller {
  /** The program in the archive that prepares a host. */
  static final String PREPARE = "packaging/prepare";

  /** Made by root for root: nobody else can put a file there before the installer runs. */
  private static final String TEMPLATE = "/var/tmp/deployctl-bootstrap.XXXXXXXXXX";

  private static final Pattern DIRECTORY =
      Pattern.compile("/var/tmp/deployctl-bootstrap\\.[A-Za-z0-9]{10}");
  private static final String[] SWEEP =
      "find /var/tmp -maxdepth 1 -type d -user root -name deployctl-bootstrap.* -mmin +10 -exec rm -rf {} +"
          .split(" ");
  private static final byte[] NOTHING = {};

  private final RootShell root;
  private final Bootstrap.Packaged packaged;
  private final SetupRequest request;

  ScriptInstaller(RootShell root, Bootstrap.Packaged packaged, SetupRequest request) {
    this.root = root;
    this.packaged = packaged;
    this.request = request;
  }

  /** Returns what went wrong, or null. */
  @Nullable HostError run(HostPlan plan, Consumer<String> progress)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    sweep();
    HostShell.Output made = root.run("mktemp", "-d", TEMPLATE);
    String directory = made.out().strip();
    if (made.exit() != 0 || !DIRECTORY.matcher(directory).matches()) {
      return failed("no temporary directory could be made", made, plan);
    }
    boolean reached = false;
    try {
      HostError failed = unpackAndRun(directory, plan, progress);
      reached = true;
      return failed;
    } finally {
      remove(directory, reached);
    }
  }

  private @Nullable HostError unpackAndRun(
      String directory, HostPlan plan, Consumer<String> progress)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    HostShell.Output unpacked =
        root.run(
            packaged.tar(), List.of("tar", "-x", "--no-same-owner", "-C", directory, "-f", "-"));
    if (unpacked.exit() != 0) {
      return failed("the script could not be unpacked", unpacked, plan);
    }
    String prepare = directory + "/" + PREPARE;
    if (request.packages()) {
      if (plan.changes().size() > 1) {
        progress.accept(plan.changes().getFirst() + " ...");
      }
      HostShell.Output output = root.run("/bin/sh", prepare, "packages");
      if (output.exit() != 0) {
        return failed("packages are missing or do not run", output, plan);
      }
    }
    HostShell.Output installed =
        root.run("/bin/sh", directory + "/packaging/install", "--group=" + request.group());
    if (installed.exit() != 0) {
      return failed("the installer refuses", installed, plan);
    }
    if (!request.deployers().isEmpty()) {
      String users = String.join(",", request.deployers());
      HostShell.Output output =
          root.run(
              "/bin/sh", prepare, "members", "--group=" + request.group(), "--deployers=" + users);
      if (output.exit() != 0) {
        return incomplete("the group could not be changed", output);
      }
    }
    return logIn(prepare);
  }

  private @Nullable HostError logIn(String prepare)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    RegistryLogin login = request.registry();
    if (login == null) {
      return null;
    }
    HostShell.Output output =
        root.run(
            login.password().getBytes(StandardCharsets.UTF_8),
            List.of(
                "/bin/sh",
                prepare,
                "login",
                "--registry=" + login.registry(),
                "--user=" + login.user()));
    return output.exit() == 0 ? null : incomplete("no login to the registry", output);
  }

  /** A lost connection while removing must not hide the first one; the next run sweeps. */
  private void remove(String directory, boolean reached)
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    try {
      root.run("rm", "-rf", directory);
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
  private void sweep()
      throws HostUnreachableException, ConnectionLostException, InterruptedException {
    root.run(NOTHING, List.of(SWEEP));
  }

  private static HostError failed(String what, HostShell.Output output, HostPlan plan) {
    return error(
        what,
        output,
        plan.before() == null
            ? "deployctl-host is not installed"
            : "version " + plan.before() + " is in place");
  }

  private HostError incomplete(String what, HostShell.Output output) {
    return error(what, output, "deployctl-host " + packaged.version() + " is installed");
  }

  private static HostError error(String what, HostShell.Output output, String state) {
    return HostErrorKind.UNAVAILABLE.error(
        what + " (exit " + output.exit() + "): " + RootShell.reason(output),
        state,
        "once this is fixed, the same command again continues");
  }
}
