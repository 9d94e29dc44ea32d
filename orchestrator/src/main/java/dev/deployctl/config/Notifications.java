package dev.deployctl.config;

import java.net.URI;
import java.util.List;

/** Recipients of the outcome of a rollout. */
public record Notifications(List<URI> webhook) {
  public Notifications {
    webhook = List.copyOf(webhook);
  }
}
