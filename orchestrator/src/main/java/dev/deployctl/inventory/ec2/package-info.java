/** Hosts from EC2 tags. */
@NullMarked
package dev.deployctl.inventory.ec2;

import org.jspecify.annotations.NullMarked;
