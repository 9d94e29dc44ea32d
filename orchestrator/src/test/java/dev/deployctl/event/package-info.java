/** Tests of the reader of host events. */
@NullMarked
package dev.deployctl.event;

import org.jspecify.annotations.NullMarked;
