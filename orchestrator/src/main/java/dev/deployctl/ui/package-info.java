/**
 * The page of {@code deployctl ui}: a server on loopback that shows what the hosts report, and
 * changes nothing.
 */
@NullMarked
package dev.deployctl.ui;

import org.jspecify.annotations.NullMarked;
