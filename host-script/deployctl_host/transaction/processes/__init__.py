"""Processes: the parts of an app without port and virtual host, such as workers, in the transactions of the app."""
