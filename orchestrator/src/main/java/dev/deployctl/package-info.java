/** Where the program starts and its objects are put together. */
@NullMarked
package dev.deployctl;

import org.jspecify.annotations.NullMarked;
