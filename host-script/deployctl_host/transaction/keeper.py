"""Removes a container when its command has ended and nobody reads its output any more, whoever died meanwhile."""

import os
import select
import signal
import time

from ..docker import containers, one_off
from ..errors import HostError
from . import launch

# How long the caller may go on reading the output after the command has ended.
READING = 60.0
# A command that was never started has lost its caller before that.
NEVER = 30.0
LOOK = 0.5


def keep(engine, container):
    """Starts the keeper; whoever closes the descriptor that this returns, or dies, reads no more."""
    reading, writing = os.pipe2(os.O_CLOEXEC)
    child = os.fork()
    if child:
        os.close(reading)
        os.waitpid(child, 0)
        return writing
    try:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork():
            os._exit(0)
        os.close(writing)
        launch.let_go(reading)
        watch(engine, container, 3)
    except BaseException:
        os._exit(70)
    os._exit(0)


def watch(engine, container, caller):
    """Waits for the command and for the caller, in this order, and clears up."""
    begun = time.monotonic()
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
                break
            elif gone:
                one_off.wait(engine, container)
                break
        except HostError:
            pass    # a daemon that restarts: the container is still ours to clear away
        if gone:
            time.sleep(LOOK)
    _closed(caller, READING)
    containers.remove(engine, container)


def _closed(caller, seconds):
    """True when the other end is closed, within so many seconds."""
    return bool(select.select([caller], [], [], seconds)[0])
