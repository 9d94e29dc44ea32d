/** Credentials, regions, endpoints and error messages for AWS. */
@NullMarked
package dev.deployctl.inventory.aws;

import org.jspecify.annotations.NullMarked;
