package dev.deployctl.openssh.config;

import static dev.deployctl.openssh.config.Syntax.adding;
import static dev.deployctl.openssh.config.Syntax.algorithms;
import static dev.deployctl.openssh.config.Syntax.choice;
import static dev.deployctl.openssh.config.Syntax.command;
import static dev.deployctl.openssh.config.Syntax.flag;
import static dev.deployctl.openssh.config.Syntax.integer;
import static dev.deployctl.openssh.config.Syntax.list;
import static dev.deployctl.openssh.config.Syntax.text;
import static dev.deployctl.openssh.config.Syntax.time;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The keywords of ssh_config that deployctl acts on, with the syntax of each, and the names of
 * those that it skips. {@link ConfigPass} reads Host, Match and Include itself.
 */
final class Keywords {
  private static final int MAX_IDENTITIES = 100;
  private static final int MAX_FILES = 32;
  private static final int MAX_NAMES = 32;

  /**
   * Keywords that ssh knows and deployctl does not act on, because it has no such feature or is
   * always as strict: OpenSSH up to 10, obsolete ones, and those that vendors add.
   */
  private static final Set<String> SKIPPED =
      Set.of(
          """
          addkeystoagent afstokenpassing challengeresponseauthentication channeltimeout cipher
          clearallforwardings compression compressionlevel controlmaster controlpath
          controlpersist dynamicforward enableescapecommandline enablesshkeysign escapechar
          exitonforwardfailure fallbacktorsh fingerprinthash forkafterauthentication
          forwardagent forwardx11 forwardx11timeout forwardx11trusted gatewayports
          globalknownhostsfile2 gssapiauthentication gssapiclientidentity
          gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange
          gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns
          hostbasedacceptedalgorithms hostbasedauthentication hostbasedkeytypes ipqos
          kbdinteractiveauthentication kbdinteractivedevices kerberosauthentication
          kerberostgtpassing localcommand localforward loglevel logverbose
          nohostauthenticationforlocalhost numberofpasswordprompts obscurekeystroketiming
          passwordauthentication permitlocalcommand permitremoteopen pkcs11provider protocol
          rekeylimit remotecommand remoteforward requesttty rhostsauthentication
          rhostsrsaauthentication rsaauthentication securitykeyprovider sessiontype
          skeyauthentication smartcarddevice stdinnull streamlocalbindmask
          streamlocalbindunlink syslogfacility tisauthentication tunnel tunneldevice
          updatehostkeys usekeychain useprivilegedport userknownhostsfile2 useroaming usersh
          verifyhostkeydns versionaddendum visualhostkey warnweakcrypto xauthlocation
          """
              .strip()
              .split("\\s+", -1));

  private static final Map<String, String> STATES =
      Map.of("yes", "true", "true", "true", "no", "false", "false", "false");

  private final Map<String, Syntax> table = new HashMap<>();

  Keywords() {
    connection();
    names();
    identities();
    hostKeys();
    cryptography();
  }

  /** Returns the syntax of a keyword that deployctl acts on. */
  Optional<Syntax> find(String keyword) {
    return Optional.ofNullable(table.get(keyword));
  }

  /** Returns whether ssh knows the keyword and deployctl has no use for it. */
  static boolean isSkipped(String keyword) {
    return SKIPPED.contains(keyword);
  }

  /** Returns all keywords that ssh_config may hold here, in lower case. */
  List<String> known() {
    List<String> names = new ArrayList<>(table.keySet());
    names.addAll(SKIPPED);
    names.addAll(List.of("host", "match", "include"));
    return names;
  }

  private void put(String keyword, Syntax syntax) {
    table.put(keyword, syntax);
  }

  private void flags(String... keywords) {
    for (String keyword : keywords) {
      put(keyword, flag(keyword));
    }
  }

  private void texts(String... keywords) {
    for (String keyword : keywords) {
      put(keyword, text(keyword));
    }
  }

  private void integers(String... keywords) {
    for (String keyword : keywords) {
      put(keyword, integer(keyword));
    }
  }

  private void alias(String keyword, String of) {
    put(keyword, Objects.requireNonNull(table.get(of), of));
  }

  /** A choice of yes and no, which ssh shows as true and false, with more values. */
  private void states(String keyword, String... more) {
    Map<String, String> choices = new HashMap<>(STATES);
    for (String value : more) {
      choices.put(value, value);
    }
    put(keyword, choice(keyword, choices));
  }

  private void connection() {
    put("port", new PortSyntax());
    put(
        "addressfamily",
        choice("addressfamily", Map.of("inet", "inet", "inet6", "inet6", "any", "any")));
    texts("user", "bindaddress", "bindinterface", "ignoreunknown", "tag", "refuseconnection");
    put("connecttimeout", time("connecttimeout"));
    put("serveraliveinterval", time("serveraliveinterval"));
    integers("connectionattempts", "serveralivecountmax");
    flags("batchmode", "tcpkeepalive", "proxyusefdpass");
    put("proxycommand", ProxySyntax::command);
    put("proxyjump", ProxySyntax::jump);
    put("sendenv", EnvironmentSyntax::send);
    put("setenv", EnvironmentSyntax::set);
    alias("keepalive", "tcpkeepalive");
  }

  private void names() {
    texts("hostname", "hostkeyalias");
    put("canonicaldomains", HostNameRule::readDomains);
    put("canonicalizepermittedcnames", list("canonicalizepermittedcnames", MAX_NAMES));
    states("canonicalizehostname", "always");
    integers("canonicalizemaxdots");
    flags("canonicalizefallbacklocal");
  }

  private void identities() {
    put("identityfile", adding("identityfile", MAX_IDENTITIES));
    put("certificatefile", adding("certificatefile", MAX_IDENTITIES));
    put("identityagent", EnvironmentSyntax::agent);
    states("pubkeyauthentication", "unbound", "host-bound");
    texts("preferredauthentications");
    flags("identitiesonly");
    alias("identityfile2", "identityfile");
    alias("dsaauthentication", "pubkeyauthentication");
  }

  private void hostKeys() {
    put("userknownhostsfile", list("userknownhostsfile", MAX_FILES));
    put("globalknownhostsfile", list("globalknownhostsfile", MAX_FILES));
    put("knownhostscommand", command("knownhostscommand"));
    texts("revokedhostkeys");
    integers("requiredrsasize");
    Map<String, String> strict = new HashMap<>(STATES);
    strict.putAll(Map.of("off", "false", "ask", "ask", "accept-new", "accept-new"));
    put("stricthostkeychecking", choice("stricthostkeychecking", strict));
    flags("checkhostip", "hashknownhosts");
  }

  private void cryptography() {
    Algorithms.BY_KEYWORD.forEach((keyword, kind) -> put(keyword, algorithms(keyword, kind)));
    alias("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms");
  }
}
