/** Alarms of CloudWatch. */
@NullMarked
package dev.deployctl.gates.cloudwatch;

import org.jspecify.annotations.NullMarked;
