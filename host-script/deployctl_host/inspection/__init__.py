"""Inspects the state of apps on this host. Changes nothing."""
