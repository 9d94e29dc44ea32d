package dev.deployctl.openssh.config;

import static dev.deployctl.openssh.config.Syntax.YES_NO_ASK;
import static dev.deployctl.openssh.config.Syntax.adding;
import static dev.deployctl.openssh.config.Syntax.algorithms;
import static dev.deployctl.openssh.config.Syntax.choice;
import static dev.deployctl.openssh.config.Syntax.command;
import static dev.deployctl.openssh.config.Syntax.flag;
import static dev.deployctl.openssh.config.Syntax.integer;
import static dev.deployctl.openssh.config.Syntax.list;
import static dev.deployctl.openssh.config.Syntax.noted;
import static dev.deployctl.openssh.config.Syntax.text;
import static dev.deployctl.openssh.config.Syntax.time;
import static dev.deployctl.openssh.config.Syntax.unused;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Every keyword of ssh_config, and how it is read. Host, Match and Include are read elsewhere. */
final class Keywords {
  private static final int MOST_IDENTITIES = 100;
  private static final int MOST_KNOWN_HOSTS_FILES = 32;

  /** Read and checked, but of no use here, or not needed because deployctl is stricter. */
  private static final String NO_EFFECT =
      """
      addkeystoagent challengeresponseauthentication clearallforwardings compression controlmaster
      controlpath controlpersist dynamicforward enableescapecommandline enablesshkeysign
      escapechar exitonforwardfailure forkafterauthentication forwardagent forwardx11
      forwardx11timeout forwardx11trusted gatewayports gssapiauthentication
      gssapiclientidentity gssapidelegatecredentials gssapikexalgorithms gssapikeyexchange
      gssapirenewalforcesrekey gssapiserveridentity gssapitrustdns hostbasedacceptedalgorithms
      hostbasedauthentication ipqos kbdinteractiveauthentication kbdinteractivedevices
      localcommand localforward loglevel logverbose nohostauthenticationforlocalhost
      numberofpasswordprompts passwordauthentication permitlocalcommand permitremoteopen
      pkcs11provider rekeylimit remotecommand remoteforward requesttty securitykeyprovider
      sessiontype stdinnull streamlocalbindmask streamlocalbindunlink syslogfacility tunnel
      tunneldevice updatehostkeys verifyhostkeydns visualhostkey xauthlocation
      """;

  private final Map<String, Syntax> table = new HashMap<>();

  Keywords(Algorithms.Catalog catalog) {
    connection();
    names();
    identities();
    hostKeys();
    cryptography(catalog);
    terminal();
    for (String keyword : NO_EFFECT.strip().split("\\s+", -1)) {
      put(keyword, Objects.requireNonNull(table.get(keyword), keyword).withoutEffect());
    }
    otherVersions();
  }

  Optional<Syntax> find(String keyword) {
    return Optional.ofNullable(table.get(keyword));
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

  private void commands(String... keywords) {
    for (String keyword : keywords) {
      put(keyword, command(keyword));
    }
  }

  private void integers(String... keywords) {
    for (String keyword : keywords) {
      put(keyword, integer(keyword));
    }
  }

  private void times(String... keywords) {
    for (String keyword : keywords) {
      put(keyword, time(keyword));
    }
  }

  private void alias(String keyword, String of) {
    Syntax syntax = table.get(of);
    if (syntax == null) {
      throw new IllegalStateException(of);
    }
    table.put(keyword, syntax);
  }

  /** Like a choice of yes and no, but shown as true and false, with more words. */
  private void states(String keyword, String... more) {
    Map<String, String> choices = new HashMap<>(Choices.TRUE_FALSE);
    for (String word : more) {
      choices.put(word, word);
    }
    put(keyword, choice(keyword, choices));
  }

  private void connection() {
    put("port", new PortSyntax());
    put(
        "addressfamily",
        choice("addressfamily", Map.of("inet", "inet", "inet6", "inet6", "any", "any")));
    texts("user", "bindaddress", "bindinterface", "ignoreunknown", "tag", "refuseconnection");
    times("connecttimeout", "serveraliveinterval");
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
    put("canonicaldomains", CanonicalSyntax::domains);
    put("canonicalizepermittedcnames", CanonicalSyntax::permittedCnames);
    states("canonicalizehostname", "always");
    integers("canonicalizemaxdots");
    flags("canonicalizefallbacklocal");
  }

  private void identities() {
    put("identityfile", adding("identityfile", MOST_IDENTITIES));
    put("certificatefile", adding("certificatefile", MOST_IDENTITIES));
    put("identityagent", EnvironmentSyntax::agent);
    states("pubkeyauthentication", "unbound", "host-bound");
    integers("numberofpasswordprompts");
    texts("preferredauthentications", "pkcs11provider", "securitykeyprovider");
    flags(
        "identitiesonly",
        "passwordauthentication",
        "kbdinteractiveauthentication",
        "hostbasedauthentication",
        "gssapiauthentication",
        "gssapidelegatecredentials",
        "gssapikeyexchange",
        "gssapitrustdns",
        "gssapirenewalforcesrekey");
    texts("gssapikexalgorithms", "gssapiclientidentity", "gssapiserveridentity");
    alias("identityfile2", "identityfile");
    alias("smartcarddevice", "pkcs11provider");
    alias("dsaauthentication", "pubkeyauthentication");
    alias("challengeresponseauthentication", "kbdinteractiveauthentication");
    alias("skeyauthentication", "kbdinteractiveauthentication");
    alias("tisauthentication", "kbdinteractiveauthentication");
  }

  private void hostKeys() {
    put("userknownhostsfile", list("userknownhostsfile", MOST_KNOWN_HOSTS_FILES));
    put("globalknownhostsfile", list("globalknownhostsfile", MOST_KNOWN_HOSTS_FILES));
    commands("knownhostscommand");
    texts("revokedhostkeys");
    integers("requiredrsasize");
    put("fingerprinthash", choice("fingerprinthash", Choices.FINGERPRINTS));
    put("verifyhostkeydns", choice("verifyhostkeydns", YES_NO_ASK));
    put("updatehostkeys", choice("updatehostkeys", YES_NO_ASK));
    put("stricthostkeychecking", choice("stricthostkeychecking", Choices.STRICT));
    flags("checkhostip", "hashknownhosts", "nohostauthenticationforlocalhost", "visualhostkey");
  }

  private void cryptography(Algorithms.Catalog catalog) {
    put("ciphers", algorithms("ciphers", catalog.ciphers().known(), false));
    put("macs", algorithms("macs", catalog.macs().known(), false));
    put("kexalgorithms", algorithms("kexalgorithms", catalog.keyExchanges().known(), false));
    for (String keyword :
        new String[] {
          "hostkeyalgorithms",
          "casignaturealgorithms",
          "pubkeyacceptedalgorithms",
          "hostbasedacceptedalgorithms"
        }) {
      put(keyword, algorithms(keyword, catalog.keys().known(), true));
    }
    alias("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms");
    alias("hostbasedkeytypes", "hostbasedacceptedalgorithms");
  }

  private void terminal() {
    flags(
        "clearallforwardings",
        "enableescapecommandline",
        "enablesshkeysign",
        "exitonforwardfailure",
        "forkafterauthentication",
        "forwardx11",
        "forwardx11trusted",
        "gatewayports",
        "permitlocalcommand",
        "stdinnull",
        "streamlocalbindunlink");
    commands("localcommand", "remotecommand");
    texts("controlpath", "kbdinteractivedevices", "xauthlocation");
    times("forwardx11timeout");
    put("compression", choice("compression", Map.of("yes", "yes", "no", "no")));
    states("controlmaster", "auto", "ask", "autoask");
    put("tunnel", choice("tunnel", Choices.TUNNEL));
    put("requesttty", choice("requesttty", Choices.TTY));
    put(
        "sessiontype",
        choice(
            "sessiontype", Map.of("none", "none", "subsystem", "subsystem", "default", "default")));
    put("addkeystoagent", TerminalSyntax::addKeysToAgent);
    put("controlpersist", TerminalSyntax::controlPersist);
    put("escapechar", TerminalSyntax::escapeChar);
    put("forwardagent", TerminalSyntax::forwardAgent);
    put("ipqos", TerminalSyntax::qualityOfService);
    put("loglevel", TerminalSyntax::logLevel);
    put("logverbose", TerminalSyntax::logVerbose);
    put("rekeylimit", TerminalSyntax::rekeyLimit);
    put("streamlocalbindmask", TerminalSyntax::bindMask);
    put("syslogfacility", TerminalSyntax::logFacility);
    put("tunneldevice", TerminalSyntax::tunnelDevice);
    put("dynamicforward", ForwardSyntax::dynamic);
    put("localforward", ForwardSyntax::local);
    put("remoteforward", ForwardSyntax::remote);
    put("permitremoteopen", ForwardSyntax::permitRemoteOpen);
  }

  /** Keywords of newer ssh, of Apple's, and of older ones. */
  private void otherVersions() {
    for (String keyword :
        new String[] {
          "channeltimeout",
          "obscurekeystroketiming",
          "usekeychain",
          "versionaddendum",
          "warnweakcrypto"
        }) {
      put(keyword, noted("has no effect here"));
    }
    for (String keyword :
        new String[] {
          "afstokenpassing",
          "cipher",
          "compressionlevel",
          "fallbacktorsh",
          "globalknownhostsfile2",
          "kerberosauthentication",
          "kerberostgtpassing",
          "rhostsauthentication",
          "rhostsrsaauthentication",
          "rsaauthentication",
          "userknownhostsfile2",
          "useprivilegedport",
          "useroaming",
          "usersh"
        }) {
      put(keyword, noted("is no longer a keyword of ssh"));
    }
    put("protocol", unused());
  }
}
