"""Starts a worker that outlives its caller: outside the caller's session, terminal and (under systemd) cgroup."""

import os
import sys

from .. import programs
from ..errors import HostError

SYSTEMD = '/run/systemd/system'
SYSTEMD_RUN = '/usr/bin/systemd-run'
START_TIMEOUT = 30.0
PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CODE = 'import sys; sys.path.insert(0, sys.argv[1]); from deployctl_host.transaction import worker; ' \
       'sys.exit(worker.main(sys.argv[2], sys.argv[3]))'


def launch(app, rollout):
    """Starts the worker of a transaction, and does not wait for it."""
    if os.path.isdir(SYSTEMD) and os.path.exists(SYSTEMD_RUN) and _by_systemd(app, rollout):
        return
    _by_fork(app, rollout)


def _by_systemd(app, rollout):
    """Starts a unit of its own, since logind kills everything in a session's cgroup when the session ends."""
    words = [SYSTEMD_RUN, '--quiet', '--collect', '--unit=deployctl-%s-%s' % (app, rollout),
             '--property=KillMode=mixed', '--property=UMask=0077', '--property=LimitCORE=0',
             '--description=deployctl-host at work on %s (rollout %s)' % (app, rollout),
             sys.executable, '-I', '-S', '-X', 'utf8', '-c', CODE, PACKAGE_PARENT, app, rollout]
    try:
        return programs.run(words, START_TIMEOUT).exit == 0
    except HostError:
        return False


def _by_fork(app, rollout):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        detach()
        from . import worker
        os._exit(worker.main(app, rollout))
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
