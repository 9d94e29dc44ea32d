"""Runs commands inside containers. Their output is not read: it is the image's, and only the exit code counts."""

from ..errors import HostError
from .api import DockerError


def start(engine, container, words):
    """Starts a command in a running container. Returns its id, or None if the container has ended."""
    try:
        made = engine.call('POST', '/containers/%s/exec' % container, body={
            'Cmd': list(words), 'AttachStdout': False, 'AttachStderr': False, 'Tty': False})
        if not isinstance(made, dict) or not isinstance(made.get('Id'), str):
            raise HostError('unavailable', 'Docker does not name the command that it was to run')
        engine.call('POST', '/exec/%s/start' % made['Id'], body={'Detach': True, 'Tty': False})
        return made['Id']
    except DockerError as problem:
        if problem.status in (404, 409):
            return None
        raise HostError('release-failed', 'Docker cannot run %s: %s' % (words[0], problem.message)) from problem


def exit_code(engine, execution):
    """Returns the exit code of a command, or None while it runs. -1 if it is not known any more."""
    try:
        found = engine.shaped(dict, 'GET', '/exec/%s/json' % execution)
    except DockerError as problem:
        if problem.status in (404, 409):
            return -1
        raise HostError('unavailable', 'Docker does not say how a command ended: %s' % problem.message) from problem
    if found.get('Running'):
        return None
    return found['ExitCode'] if type(found.get('ExitCode')) is int else -1
