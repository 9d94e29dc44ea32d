/** Tests of the packaged program with the real hosts of the lab, under load. */
@NullMarked
package dev.deployctl.lab;

import org.jspecify.annotations.NullMarked;
