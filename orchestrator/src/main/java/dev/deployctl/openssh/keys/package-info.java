/** Public keys, certificates, signatures, and the protocol of the SSH agent. */
@NullMarked
package dev.deployctl.openssh.keys;

import org.jspecify.annotations.NullMarked;
