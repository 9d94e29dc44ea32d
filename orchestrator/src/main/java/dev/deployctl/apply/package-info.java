/**
 * Brings the files of an operators' directory to the hosts: reads it, checks it on them, applies
 * it.
 */
@NullMarked
package dev.deployctl.apply;

import org.jspecify.annotations.NullMarked;
