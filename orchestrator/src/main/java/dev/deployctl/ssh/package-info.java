/** Runs commands on hosts over SSH and reads their events and output. */
@NullMarked
package dev.deployctl.ssh;

import org.jspecify.annotations.NullMarked;
