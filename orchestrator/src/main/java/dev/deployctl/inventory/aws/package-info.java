/** AWS credentials, regions, endpoints and the errors of AWS in sentences. */
@NullMarked
package dev.deployctl.inventory.aws;

import org.jspecify.annotations.NullMarked;
