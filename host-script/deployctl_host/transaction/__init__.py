"""Transactions: the change from one release of an app to another, step by step, with rollback and recovery."""
