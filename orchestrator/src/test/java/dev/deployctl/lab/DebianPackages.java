package dev.deployctl.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Debian packages of the build, on a minimal Debian that has an app. */
final class DebianPackages {
  private static final Path BUILT = Path.of("../distribution/target");

  private final Lab lab;
  private final String host;

  DebianPackages(Lab lab, String host) {
    this.lab = lab;
    this.host = host;
  }

  static boolean areBuilt() {
    return Files.isDirectory(BUILT);
  }

  private String on(String script) {
    return lab.run("exec", host, "bash", "-ec", script);
  }

  /** Installs a package with dpkg alone: what it depends on must be there. */
  private void install(String pattern) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(BUILT, pattern)) {
      List<Path> files = new ArrayList<>();
      found.forEach(files::add);
      assertThat(files).as(pattern).hasSize(1);
      // The host does not see this machine's files.
      List<String> copy = new ArrayList<>(List.of("bash", "-c", "exec \"$@\" <\"$0\""));
      copy.add(files.getFirst().toString());
      copy.addAll(lab.arguments("exec", host, "sh", "-c", "cat >/root/package.deb"));
      ProgramResult copied = ProgramRunner.run(Path.of("."), Map.of(), copy);
      assertThat(copied.exit()).as(copied.output()).isZero();
    }
    on("dpkg --force-confold -i /root/package.deb; rm /root/package.deb");
  }

  /**
   * The package of the hosts takes over what bootstrap installed, and leaves what operators wrote.
   */
  void hostPackageComesAndGoes(String deployer, String app) throws IOException {
    install("deployctl-host_*_all.deb");
    on("visudo -c -q; test -e /etc/sudoers.d/deployctl-host");
    String status = "runuser -u " + deployer + " -- sudo -n /usr/sbin/deployctl-host status " + app;
    assertThat(on(status)).contains(app);
    on(
        "cmp /usr/share/deployctl-host/deployctl_host/version.py"
            + " /usr/lib/deployctl-host/current/deployctl_host/version.py");

    on("dpkg -r deployctl-host");
    assertThat(on("ls /usr/sbin/deployctl-host /etc/sudoers.d/deployctl-host 2>/dev/null || true"))
        .isEmpty();
    on("test -e /etc/deployctl/apps/" + app + ".conf; test -e /var/lib/deployctl/" + app);

    on("dpkg -P deployctl-host");
    on("test ! -e /etc/deployctl; test -e /var/lib/deployctl/" + app);
  }

  /** The package of the workstation brings its own Java. */
  void programPackageComesAndGoes(String version) throws IOException {
    on("! command -v java");
    install("deployctl_*_amd64.deb");
    assertThat(on("cd /; deployctl --version")).startsWith("deployctl " + version);
    on("dpkg -P deployctl");
    assertThat(on("ls -d /usr/bin/deployctl /usr/lib/deployctl 2>/dev/null || true")).isEmpty();
  }
}
