"""Explains Docker's refusals to make or start a container of a release."""

from ..errors import HostError

TAKEN = ('port is already allocated', 'address already in use', 'failed to bind')


def refused(problem, name, what):
    """Returns the error for a DockerError; `what` was refused: make or start."""
    message = problem.message
    if 'no space left' in message:
        return HostError('disk-full', 'no room to %s container %s: %s' % (what, name, message),
                         hint="bytes or inodes ran out, there or in /run: df -h; df -i")
    if any(text in message for text in TAKEN):
        return HostError('release-failed', 'the port of container %s is taken: %s' % (name, message),
                         hint='find who has it: ss -ltnp; the range is [ports] range in host.conf')
    return HostError('release-failed', 'Docker cannot %s container %s: %s' % (what, name, message))
