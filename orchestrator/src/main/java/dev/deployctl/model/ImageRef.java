package dev.deployctl.model;

/**
 * The image that a developer asks for: a tag, still to be resolved, or a digest. Operators define
 * the repository.
 */
public sealed interface ImageRef {
  /** A name that may move: resolved once for each rollout. */
  record Tag(String value) implements ImageRef {
    public Tag {
      ArgumentPatterns.check("tag", ArgumentPatterns.TAG, value);
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** The content itself: all hosts of a rollout run the same. */
  record Digest(String value) implements ImageRef {
    public Digest {
      ArgumentPatterns.check("digest", ArgumentPatterns.DIGEST, value);
    }

    @Override
    public String toString() {
      return value;
    }
  }
}
