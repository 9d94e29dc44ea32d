"""The nginx of this host: its process, its configuration, an app's virtual host and access log."""
