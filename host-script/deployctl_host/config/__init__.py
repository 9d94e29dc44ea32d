"""Reads the operators' files: host.conf and the definitions of apps."""
