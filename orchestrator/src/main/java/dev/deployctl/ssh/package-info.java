/** Carries commands to hosts over SSH and events back. The only room that knows the SSH library. */
@NullMarked
package dev.deployctl.ssh;

import org.jspecify.annotations.NullMarked;
