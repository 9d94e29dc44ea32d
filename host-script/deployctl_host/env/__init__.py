"""Reads the environment of an app from files or from etcd, and checks it before anything uses it."""
