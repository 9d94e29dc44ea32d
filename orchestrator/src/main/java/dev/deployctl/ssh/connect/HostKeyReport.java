package dev.deployctl.ssh.connect;

/**
 * The verdict on the key that a host offers, for people.
 *
 * @param trusted whether a connection would be made
 * @param message the verdict and its reason
 * @param hint what to do
 */
public record HostKeyReport(boolean trusted, String message, String hint) {}
