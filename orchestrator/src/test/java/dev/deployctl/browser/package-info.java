/** A headless browser, for tests of pages. */
@org.jspecify.annotations.NullMarked
package dev.deployctl.browser;
