/** Makes, shares, checks and closes connections to hosts, also through jump hosts. */
@NullMarked
package dev.deployctl.ssh.connect;

import org.jspecify.annotations.NullMarked;
