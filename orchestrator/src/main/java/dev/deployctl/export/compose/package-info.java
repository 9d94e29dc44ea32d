/** An app for Docker Compose. */
@NullMarked
package dev.deployctl.export.compose;

import org.jspecify.annotations.NullMarked;
