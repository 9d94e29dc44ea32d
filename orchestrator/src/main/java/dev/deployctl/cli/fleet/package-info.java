/** Commands that ask the hosts of an app, or run something there, without a change of the app. */
@NullMarked
package dev.deployctl.cli.fleet;

import org.jspecify.annotations.NullMarked;
