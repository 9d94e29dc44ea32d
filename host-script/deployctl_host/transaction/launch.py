"""Starts workers and watchers that outlive their caller: outside its session, terminal and (under systemd) cgroup."""

import os
import sys

from .. import programs
from ..errors import HostError

SYSTEMD = '/run/systemd/system'
SYSTEMD_RUN = '/usr/bin/systemd-run'
START_TIMEOUT = 30.0
PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CODE = 'import sys; sys.path.insert(0, sys.argv[1]); from deployctl_host.%s import %s as it; ' \
       'sys.exit(it.main(*sys.argv[2:]))'


def launch(app, rollout):
    """Starts the worker of a transaction, and does not wait for it."""
    if not _by_systemd('deployctl-%s-%s' % (app, rollout), 'deployctl-host at work on %s (rollout %s)' % (app, rollout),
                       CODE % ('transaction', 'worker'), app, rollout):
        _by_fork(lambda: _worker().main(app, rollout))


def watch_retiring(app):
    """Starts the watcher of an app's retiring containers, and does not wait for it."""
    if not _by_systemd('deployctl-%s-retiring-%s' % (app, os.urandom(4).hex()),
                       'deployctl-host waiting for workers of %s to end' % app,
                       CODE % ('transaction.processes', 'watcher'), app):
        _by_fork(lambda: _watcher().main(app))


def _worker():
    from . import worker
    return worker


def _watcher():
    from .processes import watcher
    return watcher


def _by_systemd(unit, description, code, *words):
    """Starts a unit of its own, since logind kills everything in a session's cgroup when the session ends.

    Returns False without systemd.
    """
    if not (os.path.isdir(SYSTEMD) and os.path.exists(SYSTEMD_RUN)):
        return False
    command = [SYSTEMD_RUN, '--quiet', '--collect', '--unit=' + unit, '--property=KillMode=mixed',
               '--property=UMask=0077', '--property=LimitCORE=0', '--description=' + description,
               sys.executable, '-I', '-S', '-X', 'utf8', '-c', code, PACKAGE_PARENT, *words]
    try:
        return programs.run(command, START_TIMEOUT).exit == 0
    except HostError:
        return False


def _by_fork(work):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        detach()
        os._exit(work())
    except BaseException:
        os._exit(70)


def detach(kept=None):
    """Closes the caller's descriptors: an open pipe would keep its SSH session waiting. `kept` becomes number 3."""
    nothing = os.open('/dev/null', os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    if kept is not None and kept != 3:
        os.dup2(kept, 3)
    os.closerange(3 if kept is None else 4, 65536)
