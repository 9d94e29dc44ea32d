package dev.deployctl.export;

/**
 * Something that the other orchestrator does not do as it is done now.
 *
 * @param subject the section or key of the definition, or what it is about
 * @param reason what is different, a sentence
 * @param todo what to do about it, a sentence
 */
public record Remark(String subject, String reason, String todo) {}
