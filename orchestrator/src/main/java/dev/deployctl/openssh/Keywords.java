package dev.deployctl.openssh;

import static dev.deployctl.openssh.Syntax.YES_NO_ASK;
import static dev.deployctl.openssh.Syntax.adding;
import static dev.deployctl.openssh.Syntax.algorithms;
import static dev.deployctl.openssh.Syntax.choice;
import static dev.deployctl.openssh.Syntax.command;
import static dev.deployctl.openssh.Syntax.flag;
import static dev.deployctl.openssh.Syntax.integer;
import static dev.deployctl.openssh.Syntax.list;
import static dev.deployctl.openssh.Syntax.noted;
import static dev.deployctl.openssh.Syntax.text;
import static dev.deployctl.openssh.Syntax.time;
import static dev.deployctl.openssh.Syntax.unused;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every keyword of ssh_config, and how it is read. Host, Match and Include are read elsewhere. */
final class Keywords {
  private static final int MOST_IDENTITIES = 100;
  private static final int MOST_KNOWN_HOSTS_FILES = 32;

  private final Map<String, Syntax> table = new HashMap<>();

  Keywords(Algorithms.Catalog catalog) {
    connection();
    identities();
    hostKeys(catalog);
    cryptography(catalog);
    withoutEffect();
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

  private void connection() {
    put("hostname", text("hostname"));
    put("user", text("user"));
    put("port", new PortSyntax());
    put(
        "addressfamily",
        choice("addressfamily", Map.of("inet", "inet", "inet6", "inet6", "any", "any")));
    put("bindaddress", text("bindaddress"));
    put("bindinterface", text("bindinterface"));
    put("connecttimeout", time("connecttimeout"));
    put("connectionattempts", integer("connectionattempts"));
    put("serveraliveinterval", time("serveraliveinterval"));
    put("serveralivecountmax", integer("serveralivecountmax"));
    put("proxycommand", ProxySyntax::command);
    put("proxyjump", ProxySyntax::jump);
    put("sendenv", EnvironmentSyntax::send);
    put("setenv", EnvironmentSyntax::set);
    put("ignoreunknown", text("ignoreunknown"));
    put("tag", text("tag"));
    put("refuseconnection", text("refuseconnection"));
    put("canonicaldomains", list("canonicaldomains", 32));
    put(
        "canonicalizehostname",
        choice(
            "canonicalizehostname",
            Map.of(
                "yes", "true", "true", "true", "no", "false", "false", "false", "always",
                "always")));
    put("canonicalizemaxdots", integer("canonicalizemaxdots"));
    put("canonicalizepermittedcnames", list("canonicalizepermittedcnames", 32));
    flags("batchmode", "tcpkeepalive", "canonicalizefallbacklocal", "proxyusefdpass");
    alias("keepalive", "tcpkeepalive");
  }

  private void identities() {
    put("identityfile", adding("identityfile", MOST_IDENTITIES));
    put("certificatefile", adding("certificatefile", MOST_IDENTITIES));
    put("identityagent", EnvironmentSyntax::agent);
    put("preferredauthentications", text("preferredauthentications"));
    put(
        "pubkeyauthentication",
        choice(
            "pubkeyauthentication",
            Map.of(
                "yes",
                "true",
                "true",
                "true",
                "no",
                "false",
                "false",
                "false",
                "unbound",
                "unbound",
                "host-bound",
                "host-bound")));
    put("numberofpasswordprompts", integer("numberofpasswordprompts"));
    put("pkcs11provider", text("pkcs11provider"));
    put("securitykeyprovider", text("securitykeyprovider"));
    flags(
        "identitiesonly",
        "passwordauthentication",
        "kbdinteractiveauthentication",
        "hostbasedauthentication");
    alias("identityfile2", "identityfile");
    alias("smartcarddevice", "pkcs11provider");
    alias("dsaauthentication", "pubkeyauthentication");
    alias("challengeresponseauthentication", "kbdinteractiveauthentication");
    alias("skeyauthentication", "kbdinteractiveauthentication");
    alias("tisauthentication", "kbdinteractiveauthentication");
  }

  private void hostKeys(Algorithms.Catalog catalog) {
    put("userknownhostsfile", list("userknownhostsfile", MOST_KNOWN_HOSTS_FILES));
    put("globalknownhostsfile", list("globalknownhostsfile", MOST_KNOWN_HOSTS_FILES));
    put("hostkeyalias", text("hostkeyalias"));
    put("knownhostscommand", command("knownhostscommand"));
    put("revokedhostkeys", text("revokedhostkeys"));
    put("requiredrsasize", integer("requiredrsasize"));
    put("fingerprinthash", choice("fingerprinthash", Map.of("sha256", "SHA256", "md5", "MD5")));
    put("verifyhostkeydns", choice("verifyhostkeydns", YES_NO_ASK));
    put("updatehostkeys", choice("updatehostkeys", YES_NO_ASK));
    put(
        "stricthostkeychecking",
        choice(
            "stricthostkeychecking",
            Map.of(
                "yes",
                "true",
                "true",
                "true",
                "no",
                "false",
                "false",
                "false",
                "off",
                "false",
                "ask",
                "ask",
                "accept-new",
                "accept-new")));
    flags("checkhostip", "hashknownhosts", "nohostauthenticationforlocalhost", "visualhostkey");
    put("hostkeyalgorithms", algorithms("hostkeyalgorithms", catalog.hostKeys().known(), true));
  }

  private void cryptography(Algorithms.Catalog catalog) {
    put("ciphers", algorithms("ciphers", catalog.ciphers().known(), false));
    put("macs", algorithms("macs", catalog.macs().known(), false));
    put("kexalgorithms", algorithms("kexalgorithms", catalog.keyExchanges().known(), false));
    put(
        "casignaturealgorithms",
        algorithms("casignaturealgorithms", catalog.authorities().known(), true));
    put(
        "pubkeyacceptedalgorithms",
        algorithms("pubkeyacceptedalgorithms", catalog.signatures().known(), true));
    put(
        "hostbasedacceptedalgorithms",
        algorithms("hostbasedacceptedalgorithms", catalog.hostKeys().known(), true));
    alias("pubkeyacceptedkeytypes", "pubkeyacceptedalgorithms");
    alias("hostbasedkeytypes", "hostbasedacceptedalgorithms");
  }

  /** What only matters to a terminal, to forwarding, or to older and other versions of ssh. */
  private void withoutEffect() {
    for (String keyword :
        List.of(
            "addkeystoagent",
            "channeltimeout",
            "clearallforwardings",
            "compression",
            "controlmaster",
            "controlpath",
            "controlpersist",
            "dynamicforward",
            "enableescapecommandline",
            "enablesshkeysign",
            "escapechar",
            "exitonforwardfailure",
            "forkafterauthentication",
            "forwardagent",
            "forwardx11",
            "forwardx11timeout",
            "forwardx11trusted",
            "gatewayports",
            "gssapiauthentication",
            "gssapidelegatecredentials",
            "ipqos",
            "kbdinteractivedevices",
            "localcommand",
            "localforward",
            "loglevel",
            "logverbose",
            "obscurekeystroketiming",
            "permitlocalcommand",
            "permitremoteopen",
            "rekeylimit",
            "remotecommand",
            "remoteforward",
            "requesttty",
            "sessiontype",
            "stdinnull",
            "streamlocalbindmask",
            "streamlocalbindunlink",
            "syslogfacility",
            "tunnel",
            "tunneldevice",
            "usekeychain",
            "versionaddendum",
            "warnweakcrypto",
            "xauthlocation")) {
      put(keyword, noted("has no effect here"));
    }
    for (String keyword :
        List.of(
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
            "usersh")) {
      put(keyword, noted("is no longer a keyword of ssh"));
    }
    put("protocol", unused());
  }

  private void alias(String keyword, String of) {
    Syntax syntax = table.get(of);
    if (syntax != null) {
      table.put(keyword, syntax);
    }
  }
}
