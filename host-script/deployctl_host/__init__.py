"""deployctl-host: deploys one release of one app on this host, and finishes or undoes itself."""
