/** The developer's file, deployctl.yml: records, loader, validator. */
@NullMarked
package dev.deployctl.config;

import org.jspecify.annotations.NullMarked;
