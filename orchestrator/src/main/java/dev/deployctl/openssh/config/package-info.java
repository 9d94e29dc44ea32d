/** Reads ssh_config as OpenSSH does, as far as a connection needs it. */
@NullMarked
package dev.deployctl.openssh.config;

import org.jspecify.annotations.NullMarked;
