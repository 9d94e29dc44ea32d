package dev.deployctl.openssh.config;

import java.util.List;

/** What {@code ssh -G} shows, and in which order. */
final class PrintedKeywords {
  /** Keywords that always have a value, in ssh's order, with the value they have by default. */
  static final String DEFAULTS =
      """
      addressfamily any
      batchmode no
      canonicalizefallbacklocal yes
      canonicalizehostname false
      checkhostip no
      compression no
      controlmaster false
      enablesshkeysign no
      clearallforwardings no
      exitonforwardfailure no
      fingerprinthash SHA256
      forwardx11 no
      forwardx11trusted yes
      gatewayports no
      gssapiauthentication no
      gssapikeyexchange no
      gssapidelegatecredentials no
      gssapitrustdns no
      gssapirenewalforcesrekey no
      gssapikexalgorithms gss-group14-sha256-,gss-group16-sha512-,gss-nistp256-sha256-,gss-curve25519-sha256-,gss-group14-sha1-,gss-gex-sha1-
      hashknownhosts no
      hostbasedauthentication no
      identitiesonly no
      kbdinteractiveauthentication yes
      nohostauthenticationforlocalhost no
      passwordauthentication yes
      permitlocalcommand no
      proxyusefdpass no
      pubkeyauthentication true
      requesttty auto
      sessiontype default
      stdinnull no
      forkafterauthentication no
      streamlocalbindunlink no
      stricthostkeychecking ask
      tcpkeepalive yes
      tunnel false
      verifyhostkeydns false
      visualhostkey no
      updatehostkeys true
      enableescapecommandline no
      canonicalizemaxdots 1
      connectionattempts 1
      forwardx11timeout 1200
      numberofpasswordprompts 3
      serveralivecountmax 3
      serveraliveinterval 0
      requiredrsasize 1024
      loglevel INFO
      securitykeyprovider internal
      xauthlocation /usr/bin/xauth
      logverbose none
      addkeystoagent false
      connecttimeout none
      tunneldevice any:any
      controlpersist no
      escapechar ~
      ipqos lowdelay throughput
      streamlocalbindmask 0177
      syslogfacility USER
      """;

  /** All keywords, in the order in which they are shown. */
  static final List<String> ORDER =
      List.of(
          """
          host user hostname port addressfamily batchmode canonicalizefallbacklocal
          canonicalizehostname checkhostip compression controlmaster enablesshkeysign
          clearallforwardings exitonforwardfailure fingerprinthash forwardx11 forwardx11trusted
          gatewayports gssapiauthentication gssapikeyexchange gssapidelegatecredentials
          gssapitrustdns gssapirenewalforcesrekey gssapiclientidentity gssapiserveridentity
          gssapikexalgorithms hashknownhosts hostbasedauthentication identitiesonly
          kbdinteractiveauthentication nohostauthenticationforlocalhost passwordauthentication
          permitlocalcommand proxyusefdpass pubkeyauthentication requesttty sessiontype stdinnull
          forkafterauthentication streamlocalbindunlink stricthostkeychecking tcpkeepalive tunnel
          verifyhostkeydns visualhostkey updatehostkeys enableescapecommandline canonicalizemaxdots
          connectionattempts forwardx11timeout numberofpasswordprompts serveralivecountmax
          serveraliveinterval requiredrsasize bindaddress bindinterface ciphers controlpath
          hostkeyalgorithms hostkeyalias hostbasedacceptedalgorithms identityagent ignoreunknown
          kbdinteractivedevices kexalgorithms casignaturealgorithms localcommand remotecommand
          loglevel macs pkcs11provider securitykeyprovider preferredauthentications
          pubkeyacceptedalgorithms revokedhostkeys xauthlocation knownhostscommand dynamicforward
          localforward remoteforward identityfile canonicaldomains certificatefile
          globalknownhostsfile userknownhostsfile sendenv setenv logverbose permitremoteopen
          addkeystoagent forwardagent connecttimeout tunneldevice canonicalizePermittedcnames
          controlpersist escapechar ipqos rekeylimit streamlocalbindmask syslogfacility
          proxycommand proxyjump
          """
              .strip()
              .split("\\s+"));

  private PrintedKeywords() {}
}
