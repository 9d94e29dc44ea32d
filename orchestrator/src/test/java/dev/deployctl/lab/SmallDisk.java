package dev.deployctl.lab;

import java.util.List;

/**
 * A host whose Docker uses a separate disk, not much larger than what must be free on it, so that
 * the test can fill it. Closing restores the former data of Docker.
 */
final class SmallDisk implements AutoCloseable {
  private static final String DISK = "/var/lib/docker";
  private static final String BALLAST = DISK + "/ballast";

  /** {@code [docker] min-free} is one GiB by default. */
  private static final String SIZE = "1100m";

  private final Lab lab;
  private final String host;

  private SmallDisk(Lab lab, String host) {
    this.lab = lab;
    this.host = host;
  }

  static SmallDisk of(Lab lab, String host) {
    SmallDisk disk = new SmallDisk(lab, host);
    disk.whileDockerIsDown("mount", "-t", "tmpfs", "-o", "size=" + SIZE, "small", DISK);
    return disk;
  }

  /** Returns the command that fills the disk. */
  List<String> filling() {
    return lab.arguments("exec", host, "fallocate", "-l", "200M", BALLAST);
  }

  void frees() {
    lab.run("exec", host, "rm", BALLAST);
  }

  @Override
  public void close() {
    whileDockerIsDown("umount", "-l", DISK);
    // The releases were on the disk.
    lab.forget("blog", host);
  }

  private void whileDockerIsDown(String... arguments) {
    lab.run("service", host, "docker", "stop");
    String[] exec = new String[arguments.length + 2];
    exec[0] = "exec";
    exec[1] = host;
    System.arraycopy(arguments, 0, exec, 2, arguments.length);
    lab.run(exec);
    lab.run("service", host, "docker", "start");
    lab.run(
        "exec",
        host,
        "sh",
        "-c",
        "for i in $(seq 300); do docker version >/dev/null 2>&1 && exit; sleep 0.2; done; exit 1");
  }
}
