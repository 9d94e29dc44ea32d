@NullMarked
package dev.deployctl.hooks;

import org.jspecify.annotations.NullMarked;
