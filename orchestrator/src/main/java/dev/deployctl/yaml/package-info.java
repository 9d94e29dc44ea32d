/**
 * Files that people write: YAML as a tree in which every value knows its line, held against a table
 * of what may stand there, so that all mistakes are told at once.
 */
@NullMarked
package dev.deployctl.yaml;

import org.jspecify.annotations.NullMarked;
