"""Reads a directory of an image as a tar stream, from a container that is created and never started."""

import contextlib

from ..errors import HostError
from . import containers
from .api import DockerError

ASSETS = 'deployctl.assets'


def name_of(app):
    """Returns the name of the container. There is one for each app at most, so one that was left over is found."""
    return 'deployctl-%s-assets' % app


@contextlib.contextmanager
def opened(engine, host_id, app, image, path, timeout):
    """Yields the pieces of the stream. HostError('definition') if the image has no such path."""
    name = name_of(app)
    containers.remove(engine, name)
    spec = {'Image': image, 'Entrypoint': ['/never-started'], 'Cmd': [], 'NetworkDisabled': True,
            'Labels': {containers.APP: app, containers.HOST: host_id, ASSETS: 'yes'}, 'Env': [],
            'HostConfig': {'RestartPolicy': {'Name': 'no'}, 'NetworkMode': 'none'}}
    try:
        try:
            created = containers.create(engine, name, spec)
        except DockerError as problem:
            raise HostError('unavailable', 'Docker cannot create a container to copy assets: %s' % (
                problem.message)) from problem
        try:
            answer, connection = engine.open('GET', '/containers/%s/archive' % created, {'path': path},
                                             timeout=timeout)
        except DockerError as problem:
            if problem.status == 404:
                raise HostError('definition', '[assets] path: the image has no %s' % path, state='nothing was touched',
                                hint='correct the path, or build the image with that directory') from problem
            raise HostError('unavailable', 'Docker cannot read %s of the image: %s' % (
                path, problem.message)) from problem
        with connection:
            yield answer.chunks()
    finally:
        containers.remove(engine, name)
