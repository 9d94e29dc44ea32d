"""What callers read: one JSON object a line. The only module that writes to stdout."""

import json
import os
import select
import time

VERSION = 1
LINE_LIMIT = 64 * 1024
TEXT_LIMIT = 4000
# What could steer a terminal, or turn the direction in which a line is read.
STEERING = dict.fromkeys([*range(0, 9), *range(11, 32), *range(127, 160), 0x200e, 0x200f, 0x2028, 0x2029,
                          *range(0x202a, 0x202f), *range(0x2066, 0x206a)], '?')


def now():
    """UTC with milliseconds, as events carry it."""
    moment = time.time()
    return '%s.%03dZ' % (time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(moment)), int(moment * 1000) % 1000)


def encode(event):
    """The line of an event, its end included. Only ASCII leaves us: no byte of an app's log can steer a terminal."""
    line = json.dumps(event, ensure_ascii=True, separators=(',', ':')).encode('ascii')
    if len(line) >= LINE_LIMIT:
        line = json.dumps(_clip(event), ensure_ascii=True, separators=(',', ':')).encode('ascii')
    if len(line) >= LINE_LIMIT:
        kept = {name: event[name] for name in ('v', 'seq', 'ts', 'type', 'outcome', 'exit', 'ok') if name in event}
        line = json.dumps(dict(kept, clipped=True), separators=(',', ':')).encode('ascii')
    return line + b'\n'


def _clip(value):
    if isinstance(value, str):
        return value if len(value) <= TEXT_LIMIT else value[:TEXT_LIMIT] + ' (cut)'
    if isinstance(value, dict):
        return {name: _clip(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_clip(part) for part in value[-100:]]
    return value


class Output:
    """Stdout of this call. A reader that went away is no reason to stop anything: writing just ends."""

    def __init__(self, descriptor=1, render=None):
        self._descriptor = descriptor
        self._render = render
        self._seq = 0
        self.open = True

    def listening(self):
        """Whether somebody may still read what is written: for one who waits long without having to write."""
        poll = select.poll()
        poll.register(self._descriptor, 0)
        self.open = self.open and not any(seen & (select.POLLERR | select.POLLHUP) for _, seen in poll.poll(0))
        return self.open

    def emit(self, type, **fields):
        """An event of a verb that is no transaction; numbered within the call."""
        self._seq += 1
        event = {'v': VERSION, 'seq': self._seq, 'ts': now(), 'type': type}
        event.update(fields)
        self.pass_on(event)

    def pass_on(self, event):
        """An event that has its number already."""
        if self._render is None:
            self._write(encode(event))
        else:
            text = self._render(event)
            if text:
                self._write((text.translate(STEERING) + '\n').encode('utf-8', 'replace'))

    def _write(self, data):
        try:
            while data and self.open:
                data = data[os.write(self._descriptor, data):]
        except OSError:
            self.open = False


class EventLog:
    """The events of one transaction, kept in a file that followers read.

    Whoever holds the app's lock may append: the worker, and after its death the one that settles its work.
    """

    def __init__(self, path):
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        self._seq = self._mend()

    def _mend(self):
        """Cuts off a line that a killed writer left half-way; returns the last number."""
        with open(self.path, 'rb') as source:
            data = source.read()
        whole = data.rfind(b'\n') + 1
        if whole != len(data):
            os.ftruncate(self._descriptor, whole)
        told, _ = read(self.path)
        return max((event['seq'] for event in told), default=0)

    def emit(self, type, **fields):
        event = {'v': VERSION, 'seq': self._seq + 1, 'ts': now(), 'type': type}
        event.update(fields)
        data = encode(event)
        size = os.fstat(self._descriptor).st_size
        try:
            while data:
                data = data[os.write(self._descriptor, data):]
        except OSError:
            os.ftruncate(self._descriptor, size)  # half a line would be read as the beginning of the next
            raise
        self._seq += 1

    def sync(self):
        os.fsync(self._descriptor)

    def close(self):
        os.close(self._descriptor)


def read(path, offset=0):
    """Whole events from `offset` on, and where the next one will begin. What a failing disk made is left out."""
    try:
        with open(path, 'rb') as source:
            source.seek(offset)
            data = source.read()
    except FileNotFoundError:
        return [], offset
    whole = data.rfind(b'\n') + 1
    told = [_sound(line) for line in data[:whole].split(b'\n')]
    return [event for event in told if event is not None], offset + whole


def _sound(line):
    try:
        event = json.loads(line) if line else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not isinstance(event.get('type'), str) or type(event.get('seq')) is not int:
        return None
    return None if event['type'] == 'deploy.finished' and type(event.get('exit')) is not int else event
