/** Tables and plans: status, history, hosts, logs. */
@NullMarked
package dev.deployctl.output.tables;

import org.jspecify.annotations.NullMarked;
