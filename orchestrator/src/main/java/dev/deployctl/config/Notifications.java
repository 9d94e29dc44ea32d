package dev.deployctl.config;

import java.net.URI;
import java.util.List;

/** Whom to tell how a rollout ended. */
public record Notifications(List<URI> webhook) {
  public Notifications {
    webhook = List.copyOf(webhook);
  }
}
