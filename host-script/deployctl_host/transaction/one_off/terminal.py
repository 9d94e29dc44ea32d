"""Connects the caller's terminal with that of a console's container, byte by byte, until one of them ends."""

import contextlib
import fcntl
import os
import select
import signal
import struct
import termios
import time
import tty

from ...docker import one_off
from ...errors import EXITS
from ...store import run_locks, runs
from . import course, follower

POLL = 0.03
PIECE = 4096
# No more is read from one side while the other has this much to take.
BUFFER = 256 * 1024
# A container has ended, and its keeper records that, within this time.
ENDING = 15.0


def session(app_state, identity, output, engine):
    """Passes a console to the caller's terminal. Returns the exit code of the call."""
    facts = _prepared(app_state, identity, engine)
    with one_off.attach(engine, facts['container']) as connection:
        output.emit('run.started', release=facts['release'], container=facts['container'][:12], words=facts['words'],
                    digest=facts['digest'], **runs.named(facts))
        before = termios.tcgetattr(0)
        try:
            tty.setraw(0)
            with run_locks.reading(app_state, identity):    # from now on the keeper starts it, and ends it with us
                hung_up = Terminal(engine, facts['container'], connection).run()
                facts = None if hung_up else _ended(app_state, identity, engine)
            _explain(app_state, facts)
        finally:
            with contextlib.suppress(termios.error):    # the terminal is gone
                termios.tcsetattr(0, termios.TCSADRAIN, before)
    return _exit_code(facts)


def _exit_code(facts):
    """Returns the command's own exit code if it ended by itself, unless the code has a meaning here."""
    if facts is None or facts['error'] or facts['exit'] is None or facts['exit'] in EXITS.values():
        return EXITS['release-failed']
    return facts['exit']


def _prepared(app_state, identity, engine):
    """Waits for the container. Returns the facts of the console."""
    checked = time.monotonic()
    while True:
        facts = runs.require(app_state, identity)
        follower.raise_refusal(facts)
        if facts.get('begun'):
            return facts
        if time.monotonic() - checked > follower.CHECK_EVERY:
            checked = time.monotonic()
            course.settle(app_state, engine, identity)
        time.sleep(POLL)


def _ended(app_state, identity, engine):
    """Waits for the recorded end. Returns its facts, None if it is not recorded in time."""
    until = time.monotonic() + ENDING
    while time.monotonic() < until:
        facts = runs.require(app_state, identity)
        if facts['ended']:
            return facts
        if not run_locks.alive(app_state, identity):
            course.settle(app_state, engine, identity)
        time.sleep(POLL)
    return None


def _explain(app_state, facts):
    """Tells on the terminal, which is still raw, why the session has ended, unless its command ended by itself."""
    if facts is None or not facts['error']:
        return
    why = follower.timed_out(app_state.app, facts).hint if facts.get('stopping') == 'timeout' else ''
    text = '\r\ndeployctl-host: %s%s\r\n' % (facts['error'], '; ' + why if why else '')
    with contextlib.suppress(OSError):      # the terminal is gone
        os.write(1, text.encode('ascii', 'replace'))


class Terminal:
    """The caller's terminal, descriptors 0 and 1, and the connection to the container's."""

    def __init__(self, engine, container, connection):
        self._engine = engine
        self._container = container
        self._connection = connection
        self._typed = b''
        self._shown = b''
        self._resized, self._resize = os.pipe()
        self._sized = False

    def run(self):
        """Passes bytes until an end. Returns True if the caller's terminal was hung up."""
        os.set_blocking(self._resize, False)
        before = signal.signal(signal.SIGWINCH, lambda *_: None)
        wakeup = signal.set_wakeup_fd(self._resize, warn_on_full_buffer=False)
        try:
            return self._pass()
        except OSError:
            return True
        finally:
            signal.set_wakeup_fd(wakeup)
            signal.signal(signal.SIGWINCH, before)
            os.close(self._resized)
            os.close(self._resize)

    def _pass(self):
        ended = False
        while not (ended and not self._shown):
            readable, writable, _ = select.select(
                [self._resized] + [0] * (len(self._typed) < BUFFER) + [self._connection] * (
                    not ended and len(self._shown) < BUFFER),
                [self._connection] * (not ended and bool(self._typed)) + [1] * bool(self._shown), [],
                None if self._sized else 0.1)
            if self._resized in readable:
                os.read(self._resized, 4096)
                self._sized = False
            if not self._sized:
                self._sized = self._set_size()
            if 0 in readable:
                typed = os.read(0, PIECE)
                if not typed:
                    return True
                self._typed += typed
            if self._connection in readable:
                shown = self._received()
                ended = shown == b''
                self._shown += shown or b''
            if self._connection in writable:
                self._typed = self._typed[self._sent(self._typed[:PIECE]):]
            if 1 in writable:
                self._shown = self._shown[os.write(1, self._shown[:PIECE]):]
        return False

    def _received(self):
        """Returns what the container has shown; b'' at its end, None if there is nothing yet."""
        try:
            return self._connection.recv(PIECE)
        except BlockingIOError:
            return None
        except ConnectionError:
            return b''

    def _sent(self, typed):
        """Returns how many bytes the container took. One that has ended takes all."""
        try:
            return self._connection.send(typed)
        except BlockingIOError:
            return 0
        except ConnectionError:
            return len(typed)

    def _set_size(self):
        rows, columns, _, _ = struct.unpack('HHHH', fcntl.ioctl(0, termios.TIOCGWINSZ, b'\0' * 8))
        return one_off.resize(self._engine, self._container, rows, columns) if rows and columns else True
