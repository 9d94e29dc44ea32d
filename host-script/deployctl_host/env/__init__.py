"""Reads the environment of an app from files or from etcd, and checks it before it is used."""
