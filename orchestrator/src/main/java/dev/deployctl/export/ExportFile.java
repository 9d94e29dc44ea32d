package dev.deployctl.export;

/**
 * A file of an export.
 *
 * @param path below the directory of the export
 */
public record ExportFile(String path, String text) {}
