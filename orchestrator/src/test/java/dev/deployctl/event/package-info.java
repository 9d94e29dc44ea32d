/** Tests of the reader of hosts' words. */
@NullMarked
package dev.deployctl.event;

import org.jspecify.annotations.NullMarked;
