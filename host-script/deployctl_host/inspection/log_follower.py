"""Follows the logs of an app's containers across restarts and deploys, until the caller disconnects."""

import queue
import threading
import time

from ..config import parts
from ..docker import containers, logs
from ..errors import HostError
from ..store import state

LOOK = 1.0
WAIT = 0.2
HELD = 1000


def of_process(found, process):
    """Returns those of listed containers that belong to a process, or to the web part; all if `process` is None."""
    return [one for one in found if process in (None, containers.process_of(one) or parts.WEB)]


def process_field(process):
    """Returns the field `process` of a `log.line` event, which lines of the web part do not have."""
    return {'process': process} if process else {}


class LogFollower:
    """Follows all containers of an app: one thread per container reads, and the calling thread alone writes.

    With `release` None it follows the live release, also when that changes. With `wanted` only lines that match are
    sent; `tail` counts the lines that are searched.
    """

    def __init__(self, call, engine, app_state, release, tail, since, process=None, wanted=None):
        self._call = call
        self._engine = engine
        self._state = app_state
        self._release = release
        self._process = process
        self._wanted = wanted
        self._first = (tail, since)
        # Bounded, so that a container that prints faster than the caller reads does not fill the memory.
        self._lines: queue.Queue = queue.Queue(HELD)
        self._threads = {}
        self._ended = {}
        self._told = 0

    def run(self):
        output, looked = self._call.output, 0.0
        beginning = True
        while output.listening():
            if time.monotonic() - looked >= LOOK:
                if not self._look(beginning):
                    self._tell()
                    break
                looked, beginning = time.monotonic(), False
            self._tell(WAIT)
        output.emit('logs.finished', lines=self._told)
        return 0

    def _look(self, beginning):
        """Starts to read running containers that are not read yet. Returns False if the named release has ended."""
        wanted = self._release or self._state.load().get('current')
        found = containers.find(self._engine, state.host_id(), self._call.app, wanted) if wanted else []
        found = of_process(found, self._process)
        for one in found:
            if one['State'] == 'running' and not self._reading(one['Id']):
                tail, since = self._first if beginning else (None, self._ended.get(one['Id']))
                self._read(one, wanted, tail, since)
        return self._release is None or any(self._reading(one['Id']) for one in found)

    def _reading(self, container):
        return container in self._threads and self._threads[container].is_alive()

    def _read(self, one, release, tail, since):
        thread = threading.Thread(target=self._follow, args=(one, release, tail, since), daemon=True)
        self._threads[one['Id']] = thread
        thread.start()

    def _follow(self, one, release, tail, since):
        about = dict({'instance': int(one['Labels'][containers.INSTANCE]), 'release': release},
                     **process_field(containers.process_of(one)))
        try:
            for ts, stream, text in logs.lines(self._engine, one['Id'], tail, since, follow=True):
                if self._wanted is None or self._wanted.matches(text):
                    self._lines.put(dict(about, ts=ts, stream=stream, line=text))
        except HostError as problem:
            self._lines.put(problem)
        self._ended[one['Id']] = time.time()

    def _tell(self, wait=0.0):
        """Writes all lines that have arrived; waits for the first one up to `wait` seconds."""
        try:
            while True:
                line = self._lines.get(wait > 0, wait or None)
                if isinstance(line, HostError):
                    raise line
                self._call.output.emit('log.line', **line)
                self._told += 1
                wait = 0.0
                if not self._call.output.open:
                    return
        except queue.Empty:
            return
