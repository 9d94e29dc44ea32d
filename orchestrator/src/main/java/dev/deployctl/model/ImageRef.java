package dev.deployctl.model;

/**
 * What a developer asks for: a tag, still to be resolved, or a digest. The repository is the
 * operators' to say.
 */
public sealed interface ImageRef {
  /** A name that may move: resolved once per rollout, and never again. */
  record Tag(String value) implements ImageRef {
    public Tag {
      Words.check("tag", Words.TAG, value);
    }

    @Override
    public String toString() {
      return value;
    }
  }

  /** The content itself: what all hosts of a rollout run. */
  record Digest(String value) implements ImageRef {
    public Digest {
      Words.check("digest", Words.DIGEST, value);
    }

    @Override
    public String toString() {
      return value;
    }
  }
}
