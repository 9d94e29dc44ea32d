package dev.deployctl.cli.options;

import dev.deployctl.model.ImageRef;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name an image: exactly one of the two. */
public final class ImageOptions {
  @Option(
      names = {"-t", "--tag"},
      paramLabel = "TAG",
      required = true,
      description = "Use the image of this tag.")
  ImageRef.@Nullable Tag tag;

  @Option(
      names = "--digest",
      paramLabel = "SHA256",
      required = true,
      description = "Use the image with this digest.")
  ImageRef.@Nullable Digest digest;

  public ImageRef image() {
    return tag != null ? tag : Objects.requireNonNull(digest);
  }
}
