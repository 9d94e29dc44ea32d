/**
 * HTML pages: the report of a rollout as one file. A page is a record of {@code model}, filled
 * here, and a template that shows it.
 */
@NullMarked
package dev.deployctl.output.page;

import org.jspecify.annotations.NullMarked;
