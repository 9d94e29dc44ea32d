package dev.deployctl.export;

import java.util.List;

/** The page for people beside the files of an export. */
public final class Notes {
  private final StringBuilder text = new StringBuilder();

  public Notes(String title) {
    text.append("# ").append(title).append("\n");
  }

  public Notes paragraph(String sentences) {
    text.append("\n").append(sentences).append("\n");
    return this;
  }

  /** Adds commands in the order in which they are run. */
  public Notes commands(List<String> lines) {
    text.append("\n```\n");
    lines.forEach(line -> text.append(line).append("\n"));
    text.append("```\n");
    return this;
  }

  /** Adds what does not map. */
  public Notes remarks(List<Remark> remarks) {
    text.append("\n## What does not map\n\n");
    for (Remark remark : remarks) {
      text.append("- **").append(remark.subject()).append("**: ").append(remark.reason());
      text.append(" ").append(remark.todo()).append("\n");
    }
    return this;
  }

  public Notes heading(String heading) {
    text.append("\n## ").append(heading).append("\n");
    return this;
  }

  public ExportFile file(String path) {
    return new ExportFile(path, text.toString());
  }
}
