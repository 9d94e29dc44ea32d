"""Replaces the operators' files of this host by a checked set, all or none, and knows what was replaced since."""
