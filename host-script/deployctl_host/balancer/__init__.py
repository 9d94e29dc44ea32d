"""This host behind a load balancer: the path that tells whether it wants requests, and the wait until none arrive."""
