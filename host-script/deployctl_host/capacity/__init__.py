"""Weighs what a deploy adds against what this host has."""
