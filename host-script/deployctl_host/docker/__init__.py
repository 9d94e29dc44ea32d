"""Talks to the Docker daemon through its Engine API.

No docker client is started: values of an app's environment travel in a request body and so stand in no argument list,
no file and no other process's environment, and nothing of the caller's world (context, config, proxies) has a say.
"""
