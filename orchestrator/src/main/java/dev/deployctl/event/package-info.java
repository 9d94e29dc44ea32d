/**
 * What a host says: sealed events, one record a type, and a reader that survives what it does not
 * know.
 */
@NullMarked
package dev.deployctl.event;

import org.jspecify.annotations.NullMarked;
