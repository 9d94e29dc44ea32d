package dev.deployctl.inventory;

import dev.deployctl.model.Host;
import dev.deployctl.model.InventorySettings;
import dev.deployctl.model.TagQuery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last answers of EC2, only for shell completion, which must not wait for EC2. No command uses
 * them. Answers older than a week are not offered, because most of their hosts may be terminated.
 * Names, zones and tags are kept, addresses are not.
 */
public final class SeenHosts {
  private static final Duration FRESH = Duration.ofDays(7);
  private static final FileAttribute<?> OWNERS_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<?> OWNERS_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /** The variables that select an account and a region, besides deployctl.yml. */
  private static final List<String> VARIABLES =
      List.of(
          "AWS_PROFILE",
          "AWS_DEFAULT_PROFILE",
          "AWS_REGION",
          "AWS_DEFAULT_REGION",
          "AWS_ACCESS_KEY_ID",
          "AWS_ROLE_ARN",
          "AWS_CONFIG_FILE",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_ENDPOINT_URL",
          "AWS_ENDPOINT_URL_EC2",
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");

  private final Path directory;
  private final String inventory;

  private SeenHosts(Path directory, String inventory) {
    this.directory = directory;
    this.inventory = inventory;
  }

  /**
   * Returns the hosts seen in this inventory with this environment.
   *
   * @param home the home directory, used only if XDG_CACHE_HOME is not set
   */
  public static SeenHosts of(
      InventorySettings.Ec2 settings, Map<String, String> variables, Supplier<Path> home) {
    String given = variables.getOrDefault("XDG_CACHE_HOME", "");
    Path caches = given.startsWith("/") ? Path.of(given) : home.get().resolve(".cache");
    List<String> identity = new ArrayList<>(List.of(selection(settings)));
    VARIABLES.forEach(name -> identity.add(variables.getOrDefault(name, "")));
    return new SeenHosts(caches.resolve("deployctl/hosts"), digest(String.join("\0", identity)));
  }

  /** Returns what selects hosts. The text of a record is made by code that starts slowly. */
  private static String selection(InventorySettings.Ec2 settings) {
    List<Object> parts = new ArrayList<>();
    parts.add(settings.regions());
    parts.add(settings.filters());
    parts.add(settings.address());
    parts.add(Objects.requireNonNullElse(settings.profile(), ""));
    parts.add(Objects.requireNonNullElse(settings.roleArn(), ""));
    parts.add(Objects.requireNonNullElse(settings.externalId(), ""));
    parts.add(Objects.requireNonNullElse(settings.endpoint(), ""));
    return parts.toString();
  }

  /** Writes the hosts of a query. If that fails, there is only nothing to complete. */
  public void keep(TagQuery query, List<Host> hosts) {
    try {
      Files.createDirectories(directory, OWNERS_DIRECTORY);
      dropOld();
      Path temporary = Files.createTempFile(directory, ".new", "", OWNERS_FILE);
      try {
        Files.write(temporary, SeenHostsFile.written(hosts));
        Files.move(
            temporary,
            file(query),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException | UnsupportedOperationException notKept) {
      // A read-only home, a full disk, a file system without permissions: the command goes on.
    }
  }

  /** Adds these hosts to those of an earlier query, because the answer was incomplete. */
  void add(TagQuery query, List<Host> some) {
    Map<String, Host> byId = new LinkedHashMap<>();
    hosts(query).forEach(host -> byId.put(host.id(), host));
    some.forEach(host -> byId.put(host.id(), host));
    keep(query, List.copyOf(byId.values()));
  }

  /** Returns the hosts of this query, or those of all queries if there is none. */
  public List<Host> hosts(@Nullable TagQuery query) {
    List<Host> hosts = new ArrayList<>();
    for (Path file : query == null ? files(inventory) : List.of(file(query))) {
      try {
        if (!isOld(file)) {
          hosts.addAll(SeenHostsFile.read(Files.readAllBytes(file)));
        }
      } catch (IOException notThere) {
        // The file does not exist or cannot be read: there is nothing to complete.
      }
    }
    return hosts.stream().distinct().sorted(HostOrder.STABLE).toList();
  }

  private Path file(TagQuery query) {
    return directory.resolve(inventory + "-" + digest(query.tags() + "\0" + query.excluded()));
  }

  private List<Path> files(String prefix) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
    } catch (IOException noneYet) {
      return List.of();
    }
  }

  private void dropOld() throws IOException {
    for (Path file : files("")) {
      if (isOld(file)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static boolean isOld(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(FRESH));
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(hash, 12));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }
}
