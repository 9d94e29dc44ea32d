package dev.deployctl.ssh.auth;

import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.keys.SshAgent;
import dev.deployctl.openssh.keys.SshPublicKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The user's keys. Reads each file once and asks the agent once for all hosts. */
public final class KeyRing {
  /** The keys for one host in the order of ssh, and the reasons why others are left out. */
  record Selection(List<Identity> identities, List<String> leftOut) {}

  /** A key file, or the reason why it cannot be used. */
  private record Loaded(Optional<KeyFile> file, Optional<String> why, boolean missing) {}

  /** The keys of the agent, or the reason why there are none. */
  private record Agent(List<SshAgent.Identity> keys, Optional<String> why) {}

  private static final String NO_PASSPHRASE = "it needs a passphrase, and BatchMode is set";

  private static final String NEEDS_AGENT =
      "a key on a security token works only through the ssh-agent, and no agent has it";

  private final Optional<PassphrasePrompt> prompt;
  private final Map<Path, Loaded> files = new ConcurrentHashMap<>();
  private final Map<Path, Agent> agents = new ConcurrentHashMap<>();

  public KeyRing(Optional<PassphrasePrompt> prompt) {
    this.prompt = prompt;
  }

  /**
   * Returns the keys to try: configured certificates, then the keys of the agent with the
   * configured ones first, then the remaining files.
   */
  Selection select(HostSettings settings) {
    List<String> leftOut = new ArrayList<>();
    Map<SshPublicKey, Identity> fromFiles = new LinkedHashMap<>();
    for (Path path : settings.identities().stream().distinct().toList()) {
      addFile(path, settings, fromFiles, leftOut);
    }
    List<SshAgent.Identity> held = agentKeys(settings, leftOut);
    lendSigners(fromFiles, held, settings, leftOut);
    Map<SshPublicKey, Identity> chosen = new LinkedHashMap<>();
    for (Path certificate : settings.certificates()) {
      certificate(certificate, settings, fromFiles, held, leftOut)
          .ifPresent(identity -> chosen.put(identity.key(), identity));
    }
    List<Identity> others = new ArrayList<>();
    for (SshAgent.Identity key : held) {
      Identity identity = inAgent(key, settings);
      if (fromFiles.containsKey(key.key())) {
        chosen.putIfAbsent(key.key(), identity);
      } else if (!settings.identitiesOnly()) {
        others.add(identity);
      }
    }
    others.forEach(identity -> chosen.putIfAbsent(identity.key(), identity));
    fromFiles.forEach(chosen::putIfAbsent);
    List<Identity> identities = new ArrayList<>(chosen.values());
    identities.removeIf(identity -> isTooShort(identity, settings, leftOut));
    return new Selection(List.copyOf(identities), leftOut);
  }

  private static boolean isTooShort(
      Identity identity, HostSettings settings, List<String> leftOut) {
    int bits = identity.key().rsaBits();
    boolean tooShort = bits > 0 && bits < settings.requiredRsaSize();
    if (tooShort) {
      leftOut.add(identity.origin() + ": has " + bits + " bits, fewer than RequiredRSASize");
    }
    return tooShort;
  }

  private void addFile(
      Path path, HostSettings settings, Map<SshPublicKey, Identity> found, List<String> leftOut) {
    Loaded loaded = files.computeIfAbsent(path, this::load);
    Path shown = Path.of(path + ".pub");
    if (loaded.file().isEmpty()) {
      if (!loaded.missing() || settings.identitiesGiven()) {
        leftOut.add(path + ": " + loaded.why().orElse("not usable"));
      }
      // The public key alone selects the key among those of the agent.
      publicFile(shown)
          .or(() -> publicFile(path))
          .ifPresent(
              key -> found.put(key, new Identity(key, path.toString(), false, refusing(path))));
      return;
    }
    KeyFile file = loaded.file().get();
    try {
      Optional<SshPublicKey> known = file.publicKey().or(() -> publicFile(shown));
      if (known.isEmpty() && settings.batchMode()) {
        leftOut.add(path + ": " + NO_PASSPHRASE);
        return;
      }
      SshPublicKey key = known.isPresent() ? known.get() : file.publicKeyAskingIfNecessary();
      Signer signer = file.encrypted() && settings.batchMode() ? inBatchMode(path) : file;
      found.put(key, new Identity(key, path.toString(), !file.encrypted(), signer));
      if (settings.certificates().isEmpty()) {
        publicFile(Path.of(path + "-cert.pub"))
            .filter(SshPublicKey::isCertificate)
            .ifPresent(
                certificate ->
                    found.put(
                        certificate,
                        new Identity(certificate, path + "-cert.pub", !file.encrypted(), signer)));
      }
    } catch (IOException unusable) {
      leftOut.add(path + ": " + unusable.getMessage());
    }
  }

  /**
   * Lets the agent sign for certificates whose keys it has, so that nobody is asked for a
   * passphrase in vain, and drops the keys that only an agent can use.
   */
  private static void lendSigners(
      Map<SshPublicKey, Identity> fromFiles,
      List<SshAgent.Identity> held,
      HostSettings settings,
      List<String> leftOut) {
    for (Identity identity : List.copyOf(fromFiles.values())) {
      SshPublicKey key = identity.key();
      Optional<Identity> agents = key.plain().flatMap(plain -> held(plain, held, settings));
      if (agents.isPresent()) {
        fromFiles.put(key, new Identity(key, identity.origin(), false, agents.get().signer()));
      } else if (key.onSecurityKey() && held(key, held, settings).isEmpty()) {
        fromFiles.remove(key);
        if (!key.isCertificate()) {
          leftOut.add(
              identity.origin() + ": " + NEEDS_AGENT + " (ssh-add " + identity.origin() + ")");
        }
      }
    }
  }

  private static Optional<Identity> held(
      SshPublicKey key, List<SshAgent.Identity> held, HostSettings settings) {
    return held.stream()
        .filter(one -> one.key().equals(key))
        .findFirst()
        .map(one -> inAgent(one, settings));
  }

  private Loaded load(Path path) {
    try {
      return new Loaded(Optional.of(KeyFile.read(path, prompt)), Optional.empty(), false);
    } catch (NoSuchFileException missing) {
      return new Loaded(Optional.empty(), Optional.of("there is no such file"), true);
    } catch (IOException unusable) {
      return new Loaded(
          Optional.empty(), Optional.of(String.valueOf(unusable.getMessage())), false);
    }
  }

  private static Signer inBatchMode(Path path) {
    return (algorithm, data) -> {
      throw new IOException(NO_PASSPHRASE + " (ssh-add " + path + ")");
    };
  }

  private static Signer refusing(Path path) {
    return (algorithm, data) -> {
      throw new IOException("only its public half is here, and no agent holds " + path);
    };
  }

  private Optional<Identity> certificate(
      Path path,
      HostSettings settings,
      Map<SshPublicKey, Identity> fromFiles,
      List<SshAgent.Identity> held,
      List<String> leftOut) {
    Optional<SshPublicKey> certificate = publicFile(path).filter(SshPublicKey::isCertificate);
    Optional<SshPublicKey> plain = certificate.flatMap(SshPublicKey::plain);
    if (certificate.isEmpty() || plain.isEmpty()) {
      leftOut.add(path + ": it has no readable certificate");
      return Optional.empty();
    }
    Optional<Identity> signer =
        held(plain.get(), held, settings)
            .or(() -> held(certificate.get(), held, settings))
            .or(() -> Optional.ofNullable(fromFiles.get(plain.get())));
    if (signer.isEmpty()) {
      leftOut.add(path + ": its private key is neither in the agent nor among the key files");
    }
    return signer.map(
        s -> new Identity(certificate.get(), path.toString(), s.instant(), s.signer()));
  }

  private List<SshAgent.Identity> agentKeys(HostSettings settings, List<String> leftOut) {
    if (settings.agentSocket().isEmpty()) {
      return List.of();
    }
    Agent agent = agents.computeIfAbsent(settings.agentSocket().get(), KeyRing::list);
    agent.why().ifPresent(leftOut::add);
    return agent.keys();
  }

  private static Agent list(Path socket) {
    try (SshAgent agent = SshAgent.connect(socket)) {
      return new Agent(agent.identities(), Optional.empty());
    } catch (IOException unreachable) {
      return new Agent(
          List.of(), Optional.of("the ssh-agent at " + socket + ": " + unreachable.getMessage()));
    }
  }

  private static Identity inAgent(SshAgent.Identity held, HostSettings settings) {
    Path socket = settings.agentSocket().orElseThrow();
    return new Identity(
        held.key(),
        "agent: " + held.comment(),
        false,
        (algorithm, data) -> {
          try (SshAgent agent = SshAgent.connect(socket)) {
            int flags =
                switch (algorithm) {
                  case "rsa-sha2-512" -> SshAgent.RSA_SHA2_512;
                  case "rsa-sha2-256" -> SshAgent.RSA_SHA2_256;
                  default -> 0;
                };
            return agent.sign(held.key(), data, flags);
          }
        });
  }

  private static Optional<SshPublicKey> publicFile(Path path) {
    try {
      String[] words = Files.readString(path, StandardCharsets.ISO_8859_1).strip().split("\\s+", 3);
      return words.length < 2 ? Optional.empty() : SshPublicKey.of(words[0], words[1]);
    } catch (IOException absent) {
      return Optional.empty();
    }
  }
}
