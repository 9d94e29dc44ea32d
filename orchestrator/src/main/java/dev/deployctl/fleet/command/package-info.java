/** Calls of the host script: their arguments, and how an answer ends. */
@NullMarked
package dev.deployctl.fleet.command;

import org.jspecify.annotations.NullMarked;
