package dev.deployctl.ssh.algorithms;

import com.hierynomus.sshj.key.KeyAlgorithm;
import dev.deployctl.model.DeployException;
import dev.deployctl.model.FailureKind;
import dev.deployctl.openssh.config.Algorithms;
import dev.deployctl.openssh.config.HostSettings;
import dev.deployctl.openssh.knownhosts.KnownHosts;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;

/** Configures the SSH library for one host: the algorithms that ssh_config allows. */
public final class Negotiation {
  private static final SingletonRandomFactory RANDOM =
      new SingletonRandomFactory(new JCERandom.Factory());
  private static final String CERTIFICATE = "-cert-";

  private Negotiation() {}

  /**
   * Returns the configuration for a host.
   *
   * @param knownTypes the types of the host's known keys, which are asked for first
   * @param offer records the host key as it is received
   */
  public static ConfigImpl config(
      HostSettings settings, List<String> knownTypes, HostKeyOffer offer) {
    ConfigImpl config = new ConfigImpl();
    config.setVersion("deployctl");
    config.setLoggerFactory(QuietLoggers.INSTANCE);
    config.setRandomFactory(RANDOM);
    config.setKeepAliveProvider(KeepAliveProvider.HEARTBEAT); // not used: see KeepAlive
    config.setVerifyHostKeyCertificates(
        false); // HostKeyGate does that, with the names of ssh_config
    config.setCompressionFactories(List.of(new NoneCompression.Factory()));
    config.setFileKeyProviderFactories(List.of());
    config.setCipherFactories(
        choose(settings, "ciphers", "Ciphers", OfferedAlgorithms.CIPHERS, List.of()));
    config.setMACFactories(
        choose(
            settings,
            "macs",
            "MACs",
            concat(OfferedAlgorithms.MACS, OfferedAlgorithms.UNUSED_MACS),
            List.of()));
    config.setKeyExchangeFactories(
        choose(
                settings,
                "kexalgorithms",
                "KexAlgorithms",
                concat(OfferedAlgorithms.KEY_EXCHANGES, OfferedAlgorithms.NEWER_KEY_EXCHANGES),
                OfferedAlgorithms.OLD_KEY_EXCHANGES)
            .stream()
            .map(offer::watching)
            .toList());
    config.setKeyAlgorithms(hostKeys(settings, knownTypes));
    return config;
  }

  private static List<Factory.Named<KeyAlgorithm>> hostKeys(
      HostSettings settings, List<String> knownTypes) {
    List<Factory.Named<KeyAlgorithm>> chosen =
        choose(
            settings,
            "hostkeyalgorithms",
            "HostKeyAlgorithms",
            OfferedAlgorithms.HOST_KEYS,
            OfferedAlgorithms.OLD_HOST_KEYS);
    String list = settings.algorithms().getOrDefault("hostkeyalgorithms", "+");
    if (!list.startsWith("+") && !list.startsWith("-")) {
      return chosen; // the user has set the order
    }
    if (knownTypes.contains(keyType(chosen.getFirst().getName()))) {
      return chosen; // ssh keeps its order if the host is known by the type that it prefers
    }
    List<Factory.Named<KeyAlgorithm>> ordered = new ArrayList<>();
    for (Factory.Named<KeyAlgorithm> algorithm : chosen) {
      if (isKnown(algorithm.getName(), knownTypes)) {
        ordered.add(algorithm);
      }
    }
    chosen.stream().filter(algorithm -> !ordered.contains(algorithm)).forEach(ordered::add);
    return ordered;
  }

  /** A certificate also counts as its plain key, which is looked up if it is not valid. */
  private static boolean isKnown(String algorithm, List<String> types) {
    return types.contains(keyType(algorithm))
        || (algorithm.contains(CERTIFICATE) && types.contains(KnownHosts.ANY_CERTIFICATE));
  }

  private static String keyType(String algorithm) {
    int certificate = algorithm.indexOf(CERTIFICATE);
    String plain = certificate < 0 ? algorithm : algorithm.substring(0, certificate);
    return plain.startsWith("rsa-sha2-") ? "ssh-rsa" : plain;
  }

  private static <T> List<Factory.Named<T>> concat(
      List<Factory.Named<T>> first, List<Factory.Named<T>> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /**
   * Applies a list of ssh_config.
   *
   * @param defaults offered without a list
   * @param onRequest offered only if the list names them
   */
  private static <T> List<Factory.Named<T>> choose(
      HostSettings settings,
      String keyword,
      String name,
      List<Factory.Named<T>> defaults,
      List<Factory.Named<T>> onRequest) {
    List<Factory.Named<T>> all = concat(defaults, onRequest);
    String list = settings.algorithms().getOrDefault(keyword, "");
    List<String> names =
        Algorithms.resolve(list, OfferedAlgorithms.names(defaults), OfferedAlgorithms.names(all));
    if (names.isEmpty()) {
      throw new DeployException(
          FailureKind.CONFIG,
          name
              + " "
              + list
              + " (ssh_config, for "
              + settings.typed()
              + ") selects no algorithm"
              + " that deployctl has",
          "add one of " + String.join(",", OfferedAlgorithms.names(defaults)));
    }
    return names.stream()
        .flatMap(n -> all.stream().filter(factory -> factory.getName().equals(n)))
        .toList();
  }
}
