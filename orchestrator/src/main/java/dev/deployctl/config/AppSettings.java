package dev.deployctl.config;

import dev.deployctl.model.App;
import dev.deployctl.model.RolloutSettings;
import dev.deployctl.model.TagQuery;

/** One application: its hosts, and how a rollout goes over them. */
public record AppSettings(App app, TagQuery hosts, RolloutSettings rollout) {}
