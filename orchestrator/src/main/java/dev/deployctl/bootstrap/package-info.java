/** Prepares hosts: packages, group members, registry login, and the host script. */
@NullMarked
package dev.deployctl.bootstrap;

import org.jspecify.annotations.NullMarked;
