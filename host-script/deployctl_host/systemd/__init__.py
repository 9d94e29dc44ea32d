"""Timers and services of systemd: unit files, calendar expressions, and the manager."""
