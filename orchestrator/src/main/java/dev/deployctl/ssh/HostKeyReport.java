package dev.deployctl.ssh;

/**
 * What is thought of the key that a host offers.
 *
 * @param trusted whether a connection would go on
 * @param message the verdict and its reason
 * @param hint what to do
 */
public record HostKeyReport(boolean trusted, String message, String hint) {}
