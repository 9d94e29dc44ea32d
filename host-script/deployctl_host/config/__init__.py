"""Reads what operators write on a host: host.conf and the definitions of apps."""
