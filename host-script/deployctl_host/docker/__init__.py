"""Uses the Docker daemon through its Engine API.

The docker command is not used. Env values are sent in a request body, so they appear in no argument list, file or
environment of another process, and the caller's Docker context, configuration and proxies have no effect.
"""
