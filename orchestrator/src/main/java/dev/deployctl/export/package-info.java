/** An app as its hosts run it, for other orchestrators: what all forms of an export share. */
@NullMarked
package dev.deployctl.export;

import org.jspecify.annotations.NullMarked;
