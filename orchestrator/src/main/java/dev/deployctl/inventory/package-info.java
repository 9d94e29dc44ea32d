/** Where hosts come from: a file, or EC2 tags. The only room that knows AWS. */
@NullMarked
package dev.deployctl.inventory;

import org.jspecify.annotations.NullMarked;
