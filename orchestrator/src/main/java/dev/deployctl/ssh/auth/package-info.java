/** Logs in with the keys of the user: files, certificates and the agent. */
@NullMarked
package dev.deployctl.ssh.auth;

import org.jspecify.annotations.NullMarked;
