/** The algorithms that are offered to a host, and the post-quantum key exchanges. */
@NullMarked
package dev.deployctl.ssh.algorithms;

import org.jspecify.annotations.NullMarked;
