"""Stops a one-off command that runs too long, and removes its container when nobody reads its output any more.

It is a process of its own: it does so whoever dies.
"""

import contextlib
import os
import select
import signal
import socket
import time

from ..docker import containers
from ..errors import HostError
from . import launch

# How long the caller may read the output after the command has ended.
READING = 60.0
# If a command has not been started after this time, its caller is dead.
NEVER = 30.0
LOOK = 0.5
# A daemon that does not answer for so long was stopped on purpose. `one_off.sweep` cleans up when it is back.
GIVE_UP = 3600.0
TIMED_OUT = b'!'


def start(engine, container, limit, stop_timeout, ended=None):
    """Starts the watchdog, which gives the command `limit` seconds, and `stop_timeout` more to stop.

    When the command has ended, `ended` is called with Docker's record of the container, and with whether the command
    was stopped. Returns a socket, which the caller closes when it has read the output; see `timed_out`.
    """
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child:
        theirs.close()
        os.waitpid(child, 0)
        return ours
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork():
            os._exit(0)
        launch.detach(theirs.detach())
        watch(engine, container, 3, limit, stop_timeout, ended)
    except BaseException:
        os._exit(70)
    os._exit(0)


def timed_out(ours):
    """Returns whether the watchdog stopped the command."""
    try:
        return ours.recv(1, socket.MSG_DONTWAIT) == TIMED_OUT
    except OSError:
        return False


def watch(engine, container, caller, limit, stop_timeout, ended=None):
    """Waits for the end of the command, then for the caller, and removes the container."""
    begun, silent, stopped = time.monotonic(), None, False
    while True:
        gone = _closed(caller, LOOK)
        try:
            found = containers.inspect(engine, container)
            if found is None:
                return
            condition = found['State']
            if condition.get('Status') == 'created':
                if gone and time.monotonic() - begun > NEVER:
                    break
            elif not condition.get('Running'):
                if ended is not None:
                    with contextlib.suppress(HostError, OSError):   # the container is removed all the same
                        ended(found, stopped)
                break
            elif time.monotonic() - begun > limit:
                with contextlib.suppress(OSError):
                    os.write(caller, TIMED_OUT)    # first, so that the caller knows why the command ends
                stopped = True
                containers.stop(engine, container, stop_timeout)
            silent = None
        except HostError:   # the daemon may be restarting: the container still has to be removed
            silent = silent or time.monotonic()
            if time.monotonic() - silent > GIVE_UP:
                return
        if gone:
            time.sleep(LOOK)
    _closed(caller, READING)
    containers.remove(engine, container)


def _closed(caller, seconds):
    """Returns whether the other end is closed, or becomes so within `seconds`."""
    return bool(select.select([caller], [], [], seconds)[0])
