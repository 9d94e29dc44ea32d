/**
 * Readers of the user's OpenSSH world: ssh_config, known_hosts, agent protocol. No network library.
 */
@NullMarked
package dev.deployctl.openssh;

import org.jspecify.annotations.NullMarked;
