"""Stores records on disk: the state of each app, its releases, transactions, one-off commands and locks."""
