"""Ends a command that takes too long, and removes its container when nobody reads its output any more, whoever died
meanwhile."""

import contextlib
import os
import select
import signal
import socket
import time

from ..docker import containers
from ..errors import HostError
from . import launch

# How long the caller may go on reading the output after the command has ended.
READING = 60.0
# A command that was never started has lost its caller before that.
NEVER = 30.0
LOOK = 0.5
# A daemon that is silent for so long is somebody's decision. `one_off.sweep` clears up when it is back.
GIVE_UP = 3600.0
TIMED_OUT = b'!'


def start(engine, container, limit, patience, ended=None):
    """Starts the keeper, which lets the command take `limit` seconds, and `patience` more for its end.

    `ended` is called with Docker's record of the container, and whether the command had to be ended, when it has ended.
    Returns a socket: whoever closes it, or dies, reads no more; see `timed_out`.
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
        launch.let_go(theirs.detach())
        watch(engine, container, 3, limit, patience, ended)
    except BaseException:
        os._exit(70)
    os._exit(0)


def timed_out(ours):
    """Whether the keeper had to end the command."""
    try:
        return ours.recv(1, socket.MSG_DONTWAIT) == TIMED_OUT
    except OSError:
        return False


def watch(engine, container, caller, limit, patience, ended=None):
    """Waits for the command and for the caller, in this order, and clears up."""
    begun, silent, struck_it = time.monotonic(), None, False
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
                    with contextlib.suppress(HostError, OSError):   # the container is cleared away all the same
                        ended(found, struck_it)
                break
            elif time.monotonic() - begun > limit:
                with contextlib.suppress(OSError):
                    os.write(caller, TIMED_OUT)    # before it ends, so that who waits for its end knows why
                struck_it = True
                containers.stop(engine, container, patience)
            silent = None
        except HostError:   # a daemon that restarts: the container is still ours to clear away
            silent = silent or time.monotonic()
            if time.monotonic() - silent > GIVE_UP:
                return
        if gone:
            time.sleep(LOOK)
    _closed(caller, READING)
    containers.remove(engine, container)


def _closed(caller, seconds):
    """True when the other end is closed, within so many seconds."""
    return bool(select.select([caller], [], [], seconds)[0])
