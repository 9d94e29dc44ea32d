/** Decides whether a host key is trusted: known_hosts, certificates of hosts, revoked keys. */
@NullMarked
package dev.deployctl.openssh.knownhosts;

import org.jspecify.annotations.NullMarked;
