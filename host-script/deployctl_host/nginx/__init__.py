"""The nginx of this host: which process it is, what one app's virtual host says, whether a reload has come through."""
