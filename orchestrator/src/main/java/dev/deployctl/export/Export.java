package dev.deployctl.export;

import java.util.List;

/**
 * An app in the form of another orchestrator.
 *
 * @param files the first one is what the others belong to
 * @param remarks what does not map; also on top of the files
 */
public record Export(List<ExportFile> files, List<Remark> remarks) {
  public Export {
    files = List.copyOf(files);
    remarks = List.copyOf(remarks);
  }
}
