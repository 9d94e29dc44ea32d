@NullMarked
package dev.deployctl.overview;

import org.jspecify.annotations.NullMarked;
