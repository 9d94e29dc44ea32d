/** Sockets, proxy processes, command channels and timers below and beside the SSH library. */
@NullMarked
package dev.deployctl.ssh.transport;

import org.jspecify.annotations.NullMarked;
