package dev.deployctl.apply;

import dev.deployctl.config.AppSettings;
import dev.deployctl.config.DeployConfig;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.model.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files that operators keep for their hosts, and the set of them that each host gets. */
public final class OperatorsDirectory {
  /** The limit of a host for all its files. */
  private static final int LARGEST_SET = 8 << 20;

  private final List<AppSettings> apps;
  private final DirectoryReader.Contents contents;
  private final @Nullable Roles roles;

  private OperatorsDirectory(
      List<AppSettings> apps, DirectoryReader.Contents contents, @Nullable Roles roles) {
    this.apps = apps;
    this.contents = contents;
    this.roles = roles;
  }

  /**
   * Reads a directory.
   *
   * @throws DeployException with everything that is wrong with it
   */
  public static OperatorsDirectory read(Path directory, DeployConfig config) {
    if (!Files.isDirectory(directory.resolve("apps"))) {
      throw new DeployException(
          FailureKind.CONFIG,
          directory + " is no operators' directory: it has no directory apps",
          "deployctl app new NAME writes apps/NAME.conf; docs/operations.md explains the rest");
    }
    DirectoryReader.Contents contents =
        new DirectoryReader(directory, config.file(), config.apps().keySet()).read();
    String tag = config.rolesTag();
    if (tag != null) {
      checkRoles(contents.hostConf(), config.file());
    }
    return new OperatorsDirectory(
        List.copyOf(config.apps().values()), contents, tag == null ? null : new Roles(tag));
  }

  private static void checkRoles(@Nullable ManagedFile hostConf, Path config) {
    if (hostConf == null) {
      throw new DeployException(
          FailureKind.CONFIG,
          config + " has roles-tag, but there is no host.conf to write the roles into",
          "write a host.conf; deployctl-host installs host.conf.sample as a start");
    }
    if (Roles.areIn(hostConf)) {
      throw new DeployException(
          FailureKind.CONFIG,
          "host.conf has [host] roles, and " + config + " has roles-tag: one of them too many",
          "remove the key roles from host.conf, or roles-tag");
    }
  }

  /**
   * Checks that hosts have the tag for roles.
   *
   * @throws DeployException none of them has it, so that its name is probably wrong
   */
  public void checkRoles(List<Host> hosts) {
    if (roles != null && hosts.stream().noneMatch(roles::isTagOf)) {
      throw new DeployException(
          FailureKind.CONFIG,
          "no host has the tag " + roles.tag() + ", which roles-tag names; no host was asked",
          "deployctl hosts --json lists the tags of hosts; they are case-sensitive");
    }
  }

  /** Returns whether a host belongs to one of the apps. */
  public boolean concerns(Host host) {
    return apps.stream().anyMatch(app -> app.hosts().matches(host));
  }

  /** Returns the apps that none of these hosts belongs to. */
  public List<AppSettings> withoutHost(List<Host> hosts) {
    return apps.stream().filter(app -> hosts.stream().noneMatch(app.hosts()::matches)).toList();
  }

  /** Returns the set of each host. */
  public List<HostSet> sets(List<Host> hosts) {
    return hosts.stream().map(this::set).toList();
  }

  private HostSet set(Host host) {
    List<String> names =
        apps.stream()
            .filter(app -> app.hosts().matches(host))
            .map(app -> app.app().name())
            .toList();
    List<ManagedFile> files = new ArrayList<>();
    ManagedFile general = contents.hostConf();
    if (general != null) {
      files.add(roles == null ? general : roles.addTo(general, host));
    }
    if (contents.freezes() != null) {
      files.add(contents.freezes());
    }
    names.forEach(app -> files.add(contents.definitions().get(app)));
    files.addAll(contents.templates().values());
    if (contents.commonEnv() != null) {
      files.add(contents.commonEnv());
    }
    names.stream().flatMap(app -> Stream.ofNullable(contents.envs().get(app))).forEach(files::add);
    if (files.stream().mapToLong(ManagedFile::size).sum() > LARGEST_SET) {
      throw new DeployException(
          FailureKind.CONFIG,
          "the files for " + host + " are larger than " + (LARGEST_SET >> 20) + " MiB together",
          "remove templates or apps that it does not need");
    }
    return new HostSet(host, files);
  }
}
