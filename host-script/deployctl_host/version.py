"""The versions of the script and of its protocol, which changes when old readers could misread new events."""

VERSION = '0.2.0'
PROTOCOL = 1
