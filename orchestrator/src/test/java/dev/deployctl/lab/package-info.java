/** Ring 3: the packaged tool against a lab of real hosts, with load running. */
@NullMarked
package dev.deployctl.lab;

import org.jspecify.annotations.NullMarked;
