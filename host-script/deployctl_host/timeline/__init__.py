"""Collects the events of an app on this host in a period, from everything that keeps a record of them."""
