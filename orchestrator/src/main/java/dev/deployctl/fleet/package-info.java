/**
 * Calls to hosts: one call on one host, and the same call on many hosts side by side (status,
 * history, logs, run, lock). Declares the ports that ssh and inventory implement.
 */
@NullMarked
package dev.deployctl.fleet;

import org.jspecify.annotations.NullMarked;
