package dev.deployctl.model;

/** The order of availability zones in batches. */
public enum ZoneOrder {
  /** Each batch takes hosts of all zones in turn, so no zone loses all its hosts at once. */
  SPREAD,
  /** One zone after another: a bad release stays in one zone for as long as possible. */
  ONE_BY_ONE
}
