/** Hosts from a file, and hosts seen in EC2, for completion. */
@NullMarked
package dev.deployctl.inventory;

import org.jspecify.annotations.NullMarked;
