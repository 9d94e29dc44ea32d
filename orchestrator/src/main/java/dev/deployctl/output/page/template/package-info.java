/** The templates of {@code src/main/jte}, made into Java by the build. */
@NullMarked
package dev.deployctl.output.page.template;

import org.jspecify.annotations.NullMarked;
