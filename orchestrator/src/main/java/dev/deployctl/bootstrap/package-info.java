/** Installs and upgrades the host script. */
@NullMarked
package dev.deployctl.bootstrap;

import org.jspecify.annotations.NullMarked;
