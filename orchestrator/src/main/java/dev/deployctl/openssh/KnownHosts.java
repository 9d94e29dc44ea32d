package dev.deployctl.openssh;

import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.openssh.KnownHostsLine.Marker;
import dev.deployctl.openssh.KnownHostsLine.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * The user's known_hosts files, read once and indexed: a verdict costs the same with ten lines and
 * with ten thousand. Safe for any number of threads. What is not known, is not trusted.
 */
public final class KnownHosts {
  private final List<Path> files;
  private final Map<String, List<KnownHostsLine>> byName = new HashMap<>();
  private final List<KnownHostsLine> listed = new ArrayList<>();
  private final List<KnownHostsLine> hashed = new ArrayList<>();

  /** Hashing a name takes time for each salt, so the lines worth it are found by their key. */
  private final Map<SshPublicKey, List<KnownHostsLine>> hashedByKey = new HashMap<>();

  private final List<KnownHostsLine> added = new CopyOnWriteArrayList<>();

  private KnownHosts(List<Path> files) {
    this.files = List.copyOf(files);
  }

  /** Reads the files that are there. One that is there and cannot be read is an error. */
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
          "the known hosts of " + file + " cannot be read: " + unreadable.getMessage(),
          "host keys are not trusted without it: mend its permissions, or name another file in"
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
      case Names.Listed ignored -> listed.add(line);
      case Names.Hashed ignored -> {
        hashed.add(line);
        hashedByKey.computeIfAbsent(line.key(), key -> new ArrayList<>()).add(line);
      }
    }
  }

  /** The files, in the order in which they were read. */
  public List<Path> files() {
    return files;
  }

  /**
   * Remembers a key, in the file and here. Two threads that meet the same new host at once write it
   * down once. Where the file cannot be written the key is remembered here alone, as ssh does it.
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
   * Judges the key that a host offers.
   *
   * @param algorithms the signature algorithms that an authority may use
   */
  public HostKeyVerdict judge(
      HostNames names, SshPublicKey offered, Instant now, List<String> algorithms) {
    HostKeyVerdict verdict = judge(names.first(), names.principal(), offered, now, algorithms);
    if (!(verdict instanceof HostKeyVerdict.Unknown) || names.fallback().isEmpty()) {
      return verdict;
    }
    HostKeyVerdict second =
        judge(names.fallback().get(), names.principal(), offered, now, algorithms);
    return switch (second) {
      case HostKeyVerdict.Trusted trusted -> trusted;
      case HostKeyVerdict.Revoked revoked -> revoked;
      default -> verdict;
    };
  }

  private HostKeyVerdict judge(
      String name, String principal, SshPublicKey offered, Instant now, List<String> algorithms) {
    Optional<SshCertificate> certificate = SshCertificate.of(offered);
    SshPublicKey plain = certificate.map(SshCertificate::key).orElse(offered);
    Optional<KnownHostsLine> revoked =
        Stream.concat(
                about(name, plain), certificate.stream().flatMap(c -> about(name, c.authority())))
            .filter(line -> line.marker() == Marker.REVOKED)
            .findFirst();
    if (revoked.isPresent()) {
      return new HostKeyVerdict.Revoked(revoked.get().line());
    }
    Optional<HostKeyVerdict.BadCertificate> bad = Optional.empty();
    if (certificate.isPresent()) {
      Optional<KnownHostsLine> authority =
          first(name, certificate.get().authority(), Marker.AUTHORITY);
      if (authority.isPresent()) {
        Optional<String> objection =
            certificate.get().objectionAgainstHost(principal, now, algorithms);
        if (objection.isEmpty()) {
          return new HostKeyVerdict.Trusted(authority.get().line());
        }
        bad =
            Optional.of(new HostKeyVerdict.BadCertificate(authority.get().line(), objection.get()));
      }
    }
    // A certificate that does not serve leaves the plain key inside it, which may be known.
    Optional<KnownHostsLine> known = first(name, plain, Marker.HOST_KEY);
    if (known.isPresent()) {
      return new HostKeyVerdict.Trusted(known.get().line());
    }
    if (bad.isPresent()) {
      return bad.get();
    }
    List<HostKeyVerdict.Line> expected = keys(name);
    return expected.isEmpty()
        ? new HostKeyVerdict.Unknown(files)
        : new HostKeyVerdict.Changed(expected);
  }

  private Optional<KnownHostsLine> first(String name, SshPublicKey key, Marker marker) {
    return about(name, key).filter(line -> line.marker() == marker).findFirst();
  }

  /** The lines that speak of this key and hold for this name. */
  private Stream<KnownHostsLine> about(String name, SshPublicKey key) {
    return Stream.concat(
        unhashed(name).filter(line -> line.key().equals(key)),
        hashedByKey.getOrDefault(key, List.of()).stream().filter(line -> line.holdsFor(name)));
  }

  private Stream<KnownHostsLine> unhashed(String name) {
    return Stream.of(
            byName.getOrDefault(name, List.of()).stream(),
            listed.stream().filter(line -> line.holdsFor(name)),
            added.stream().filter(line -> line.holdsFor(name)))
        .flatMap(lines -> lines);
  }

  private List<HostKeyVerdict.Line> keys(String name) {
    return Stream.concat(unhashed(name), hashed.stream().filter(line -> line.holdsFor(name)))
        .filter(line -> line.marker() == Marker.HOST_KEY)
        .map(KnownHostsLine::line)
        .toList();
  }

  /**
   * The key types that a host is known by, to be asked for first: a host that is known by one key
   * must not look changed because it offers another. Hashed lines are left out, because each would
   * have to be hashed anew for each host; {@link HostKeyVerdict.Changed#types} has them all.
   */
  public List<String> likelyTypes(HostNames names) {
    List<String> types = types(names.first());
    return types.isEmpty() && names.fallback().isPresent() ? types(names.fallback().get()) : types;
  }

  private List<String> types(String name) {
    List<String> types = new ArrayList<>();
    unhashed(name)
        .forEach(
            line -> {
              switch (line.marker()) {
                case HOST_KEY -> types.add(line.key().type());
                case AUTHORITY -> types.add(ANY_CERTIFICATE);
                case REVOKED -> {}
              }
            });
    return types.stream().distinct().toList();
  }

  /** Among {@link #likelyTypes}: certificates of any type are welcome, an authority is known. */
  public static final String ANY_CERTIFICATE = "certificate";
}
