/** Changes of an app's environment, at its source, over the hosts of the app. */
@NullMarked
package dev.deployctl.environment;

import org.jspecify.annotations.NullMarked;
