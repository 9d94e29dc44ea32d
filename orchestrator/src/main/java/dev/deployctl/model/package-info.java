/**
 * The words both programs share: hosts, apps, images, releases, ids, amounts. Knows the JDK alone.
 */
@NullMarked
package dev.deployctl.model;

import org.jspecify.annotations.NullMarked;
