"""Inspects how apps stand on this host. Changes nothing."""
