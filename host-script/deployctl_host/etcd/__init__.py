"""Reads and writes keys in etcd v3, through its HTTP gateway or through etcdctl."""
