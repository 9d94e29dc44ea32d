"""Starts a worker that outlives its caller: outside the caller's session, terminal and (under systemd) cgroup."""

import os
import signal
import sys

from .. import programs
from ..errors import HostError

SYSTEMD = '/run/systemd/system'
SYSTEMD_RUN = '/usr/bin/systemd-run'
START_TIMEOUT = 30.0
PACKAGE_PARENT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CODE = 'import importlib, sys; sys.path.insert(0, sys.argv[1]); ' \
       'sys.exit(importlib.import_module(sys.argv[2]).main(*sys.argv[3:]))'


def launch(app, rollout):
    """Starts the worker of a transaction, and does not wait for it."""
    from . import worker
    start(worker, 'deployctl-%s-%s' % (app, rollout), 'deployctl-host at work on %s (rollout %s)' % (app, rollout),
          app, rollout)


def watch_retiring(app):
    """Starts the watcher of an app's retiring containers, and does not wait for it."""
    from .processes import watcher
    start(watcher, 'deployctl-%s-retiring-%s' % (app, os.urandom(4).hex()),
          'deployctl-host waiting for workers of %s to end' % app, app)


def watch_held(app):
    """Starts the watcher of an app's held release, and does not wait for it."""
    from .holding import watcher
    start(watcher, 'deployctl-%s-held-%s' % (app, os.urandom(4).hex()),
          'deployctl-host waiting for the end of a held release of %s' % app, app)


def outlive_caller():
    """Sets the signals of a watcher: it stays when its caller's terminal closes, and ends when told to."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(module, unit, about, *words):
    """Calls `main` of a module with these words in a process of its own, and does not wait for it.

    Under systemd it is a unit of this name and description.
    """
    if os.path.isdir(SYSTEMD) and os.path.exists(SYSTEMD_RUN) and _by_systemd(module, unit, about, words):
        return
    _by_fork(module, words)


def _by_systemd(module, unit, about, words):
    """Starts a unit of its own, since logind kills everything in a session's cgroup when the session ends."""
    try:
        return programs.run([
            SYSTEMD_RUN, '--quiet', '--collect', '--unit=' + unit, '--property=KillMode=mixed', '--property=UMask=0077',
            '--property=LimitCORE=0', '--description=' + about, sys.executable, '-I', '-S', '-X', 'utf8', '-c', CODE,
            PACKAGE_PARENT, module.__name__, *words], START_TIMEOUT).exit == 0
    except HostError:
        return False


def _by_fork(module, words):
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        os.setsid()
        if os.fork():
            os._exit(0)
        detach()
        os._exit(module.main(*words))
    except BaseException:
        os._exit(70)


def detach():
    """Closes the caller's descriptors: an open pipe would keep its SSH session waiting."""
    nothing = os.open('/dev/null', os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.closerange(3, 65536)
