"""Writes events, one JSON object per line. This is the only module that writes to standard output."""

import json
import os
import select
import time

VERSION = 1
LINE_LIMIT = 64 * 1024
TEXT_LIMIT = 4000
# Characters that could control a terminal or change the direction in which a line is displayed.
STEERING = dict.fromkeys([*range(0, 9), *range(11, 32), *range(127, 160), 0x200e, 0x200f, 0x2028, 0x2029,
                          *range(0x202a, 0x202f), *range(0x2066, 0x206a)], '?')


def now(later=0.0):
    """Returns the current time, or `later` seconds after it, as in events: UTC with milliseconds."""
    return stamp(time.time() + later)


def stamp(moment):
    """Returns seconds since 1970 as events carry a time."""
    return '%s.%03dZ' % (time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(moment)), int(moment * 1000) % 1000)


def moment(text):
    """Returns the seconds since 1970 of a time as events carry it."""
    import calendar  # imported here because few calls need it
    whole, _, part = text.rstrip('Z').partition('.')
    return calendar.timegm(time.strptime(whole, '%Y-%m-%dT%H:%M:%S')) + float('0.' + (part or '0'))


def encode(event):
    """Returns the line of an event, with its line feed. It is pure ASCII, so that no app log can control a terminal."""
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
    """Standard output of this call. When the reader has closed it, further writes are discarded and work continues."""

    def __init__(self, descriptor=1, render=None):
        self._descriptor = descriptor
        self._render = render
        self._seq = 0
        self.open = True

    def listening(self):
        """Returns False if the reader has closed the output. For loops that wait long without writing."""
        poll = select.poll()
        poll.register(self._descriptor, 0)
        self.open = self.open and not any(seen & (select.POLLERR | select.POLLHUP) for _, seen in poll.poll(0))
        return self.open

    def emit(self, type, **fields):
        """Writes an event of a verb that is not a transaction, numbered within the call."""
        self._seq += 1
        event = {'v': VERSION, 'seq': self._seq, 'ts': now(), 'type': type}
        event.update(fields)
        self.pass_on(event)

    def pass_on(self, event):
        """Writes an event that has a number already."""
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
    """The events of one transaction, in a file that followers read.

    The holder of the app's lock may append: the worker, or after its death the process that settles the transaction.
    """

    def __init__(self, path):
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        self._seq = self._remove_incomplete_line()

    def _remove_incomplete_line(self):
        """Removes an incomplete last line that a killed writer left, and returns the last number."""
        with open(self.path, 'rb') as source:
            data = source.read()
        whole = data.rfind(b'\n') + 1
        if whole != len(data):
            os.ftruncate(self._descriptor, whole)
        found, _ = read(self.path)
        return max((event['seq'] for event in found), default=0)

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
    """Returns the complete events from `offset` on and the offset of the next one. Damaged lines are skipped."""
    try:
        with open(path, 'rb') as source:
            source.seek(offset)
            data = source.read()
    except FileNotFoundError:
        return [], offset
    whole = data.rfind(b'\n') + 1
    found = [_sound(line) for line in data[:whole].split(b'\n')]
    return [event for event in found if event is not None], offset + whole


def _sound(line):
    try:
        event = json.loads(line) if line else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(event, dict) or not isinstance(event.get('type'), str) or type(event.get('seq')) is not int:
        return None
    return None if event['type'] == 'deploy.finished' and type(event.get('exit')) is not int else event
