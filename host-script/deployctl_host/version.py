"""Which script this is. The protocol number changes when an old reader could misunderstand a new writer."""

VERSION = '0.1.0'
PROTOCOL = 1
