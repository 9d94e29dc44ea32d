/** The state of apps over all their hosts, and what happened to them around a moment. */
@NullMarked
package dev.deployctl.overview;

import org.jspecify.annotations.NullMarked;
