/** The ports of the commands: what they need from outside, implemented by the root package. */
@NullMarked
package dev.deployctl.cli.ports;

import org.jspecify.annotations.NullMarked;
