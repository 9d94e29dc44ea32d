/** Machine-readable output: JSON lines and JSON reports. */
@NullMarked
package dev.deployctl.output.json;

import org.jspecify.annotations.NullMarked;
