"""deployctl-host: deploys one release of one app on this host, as a transaction that finishes or undoes itself."""
