package dev.deployctl.openssh.knownhosts;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.openssh.config.HostNames;
import dev.deployctl.openssh.keys.SshCertificate;
import dev.deployctl.openssh.keys.SshPublicKey;
import dev.deployctl.openssh.knownhosts.KnownHostsLine.Marker;
import dev.deployctl.openssh.knownhosts.KnownHostsLine.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The user's known_hosts files, read once and indexed by name. Each name is looked up once, because
 * that hashes it for every hashed line. Thread-safe. A key that is not known is not trusted.
 */
public final class KnownHosts {
  private final List<Path> files;
  private final Map<String, List<KnownHostsLine>> byName = new HashMap<>();
  private final List<KnownHostsLine> unindexed = new ArrayList<>();
  private final Map<String, List<KnownHostsLine>> found = new ConcurrentHashMap<>();
  private final List<KnownHostsLine> added = new CopyOnWriteArrayList<>();

  private KnownHosts(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /** Reads the files that exist. A file that exists and cannot be read is an error. */
  public static KnownHosts read(List<Path> files) {
    KnownHosts all = new KnownHosts(files);
    files.forEach(all::readFile);
    return all;
  }

  private void readFile(Path file) {
    List<String> lines;
    try {
      lines = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).lines().toList();
    } catch (NoSuchFileException normal) {
      return;
    } catch (IOException unreadable) {
      throw new DeployException(
          FailureKind.CONFIG,
          "known_hosts file " + file + " cannot be read: " + unreadable.getMessage(),
          "host keys are not trusted without it: fix its permissions, or name another file in"
              + " UserKnownHostsFile",
          unreadable);
    }
    for (int number = 1; number <= lines.size(); number++) {
      KnownHostsLine.read(file, number, lines.get(number - 1)).ifPresent(this::index);
    }
  }

  private void index(KnownHostsLine line) {
    switch (line.names()) {
      case Names.Plain plain ->
          plain
              .names()
              .forEach(name -> byName.computeIfAbsent(name, n -> new ArrayList<>()).add(line));
      case Names.Listed ignored -> unindexed.add(line);
      case Names.Hashed ignored -> unindexed.add(line);
    }
  }

  /**
   * Records a key in the file and in memory. Two threads that find the same new host at the same
   * time write it once. If the file cannot be written, the key is kept in memory, as with ssh.
   */
  HostKeyVerdict.Line remember(KnownHostsFile file, String name, SshPublicKey key, boolean hash) {
    synchronized (added) {
      Optional<KnownHostsLine> already =
          added.stream().filter(l -> l.holdsFor(name) && l.key().equals(key)).findFirst();
      if (already.isPresent()) {
        return already.get().line();
      }
      HostKeyVerdict.Line line = new HostKeyVerdict.Line(file.path(), 0, key);
      added.add(new KnownHostsLine(Marker.HOST_KEY, new Names.Plain(List.of(name)), line));
      try {
        file.append(KnownHostsFile.line(name, key, hash));
      } catch (IOException cannotWrite) {
        return line;
      }
      return line;
    }
  }

  /**
   * Returns the verdict on the key that a host offers. Like ssh, it looks up a certificate under
   * both names first, and then the plain key inside it.
   *
   * @param algorithms the signature algorithms that an authority may use
   */
  public HostKeyVerdict judge(
      HostNames names, SshPublicKey offered, Instant now, List<String> algorithms) {
    Optional<SshCertificate> certificate = SshCertificate.of(offered);
    SshPublicKey plain = certificate.map(SshCertificate::key).orElse(offered);
    Optional<KnownHostsLine> revoked = revocation(names, plain, certificate);
    if (revoked.isPresent()) {
      return new HostKeyVerdict.Revoked(revoked.get().line());
    }
    Optional<HostKeyVerdict> certified =
        certificate.flatMap(c -> judgeCertificate(names, c, now, algorithms));
    if (certified.filter(HostKeyVerdict::trusted).isPresent()) {
      return certified.get();
    }
    // The plain key inside an invalid certificate may be known.
    HostKeyVerdict verdict = judgePlain(names, plain);
    return verdict.trusted() ? verdict : certified.orElse(verdict);
  }

  /** Returns the line that revokes a key or the authority that certified it. */
  private Optional<KnownHostsLine> revocation(
      HostNames names, SshPublicKey plain, Optional<SshCertificate> certificate) {
    return names.all().stream()
        .flatMap(this::about)
        .filter(line -> line.marker() == Marker.REVOKED)
        .filter(
            line ->
                line.key().equals(plain)
                    || certificate.filter(c -> c.authority().equals(line.key())).isPresent())
        .findFirst();
  }

  private Optional<HostKeyVerdict> judgeCertificate(
      HostNames names, SshCertificate certificate, Instant now, List<String> algorithms) {
    return names.all().stream()
        .flatMap(name -> find(name, certificate.authority(), Marker.AUTHORITY))
        .findFirst()
        .map(
            authority ->
                certificate
                    .objectionAgainstHost(names.principal(), now, algorithms)
                    .<HostKeyVerdict>map(
                        why -> new HostKeyVerdict.BadCertificate(authority.line(), why))
                    .orElseGet(() -> new HostKeyVerdict.Trusted(authority.line())));
  }

  private HostKeyVerdict judgePlain(HostNames names, SshPublicKey plain) {
    List<HostKeyVerdict.Line> expected = keys(names.first());
    Stream<String> asked = expected.isEmpty() ? names.all().stream() : Stream.of(names.first());
    Optional<KnownHostsLine> known =
        asked.flatMap(name -> find(name, plain, Marker.HOST_KEY)).findFirst();
    if (known.isPresent()) {
      return new HostKeyVerdict.Trusted(known.get().line());
    }
    return expected.isEmpty()
        ? new HostKeyVerdict.Unknown(files)
        : new HostKeyVerdict.Changed(expected);
  }

  private Stream<KnownHostsLine> find(String name, SshPublicKey key, Marker marker) {
    return about(name).filter(line -> line.marker() == marker && line.key().equals(key));
  }

  private List<HostKeyVerdict.Line> keys(String name) {
    return about(name)
        .filter(line -> line.marker() == Marker.HOST_KEY)
        .map(KnownHostsLine::line)
        .toList();
  }

  /** Returns the lines that match a name, in the order of the files. */
  private Stream<KnownHostsLine> about(String name) {
    return Stream.concat(
        found.computeIfAbsent(name, this::search).stream(),
        added.stream().filter(line -> line.holdsFor(name)));
  }

  private List<KnownHostsLine> search(String name) {
    return Stream.concat(
            byName.getOrDefault(name, List.of()).stream(),
            unindexed.stream().filter(line -> line.holdsFor(name)))
        .sorted(
            Comparator.comparingInt((KnownHostsLine line) -> files.indexOf(line.line().file()))
                .thenComparingInt(line -> line.line().number()))
        .toList();
  }

  /**
   * Returns the types of a host's known keys, to be asked for first: a host with one known key must
   * not seem changed because it offers another. Like ssh, a type whose first line names a revoked
   * key does not count, so that another known type is asked for.
   */
  public List<String> likelyTypes(HostNames names) {
    return names.all().stream()
        .map(this::types)
        .filter(types -> !types.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private List<String> types(String name) {
    Set<SshPublicKey> revoked = new HashSet<>();
    Map<String, SshPublicKey> firstOfType = new LinkedHashMap<>();
    boolean authority = false;
    for (KnownHostsLine line : about(name).toList()) {
      switch (line.marker()) {
        case HOST_KEY -> firstOfType.putIfAbsent(line.key().type(), line.key());
        case AUTHORITY -> authority = true;
        case REVOKED -> revoked.add(line.key());
      }
    }
    firstOfType.values().removeAll(revoked);
    List<String> types = new ArrayList<>(firstOfType.keySet());
    if (authority) {
      types.add(ANY_CERTIFICATE);
    }
    return types;
  }

  /**
   * Among {@link #likelyTypes}: an authority is known, so certificates of any type may be valid.
   */
  public static final String ANY_CERTIFICATE = "certificate";
}
