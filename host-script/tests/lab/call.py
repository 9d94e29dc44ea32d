"""A running call of deployctl-host and its events."""

import json
import queue
import subprocess
import threading
import time


class CallResult:
    """The result of a call: its exit code and events."""

    def __init__(self, exit, events, stderr=''):
        self.exit = exit
        self.events = events
        self.stderr = stderr

    @property
    def last(self):
        return self.events[-1] if self.events else {}

    @property
    def error(self):
        return self.last.get('error') or {}

    def of(self, type):
        return [event for event in self.events if event['type'] == type]

    def warnings(self):
        return ' | '.join('%s: %s' % (event['code'], event['message']) for event in self.of('warning'))

    def ms(self, step):
        return next(event['ms'] for event in self.events if event.get('step') == step and 'ms' in event)

    def __str__(self):
        return 'exit %s\n%s%s' % (self.exit, '\n'.join(json.dumps(event) for event in self.events), self.stderr)


class Call:
    """A call in the background, whose events can be waited for."""

    def __init__(self, argv):
        self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, universal_newlines=True, errors='replace')
        self._queue = queue.Queue()
        self._seen = []
        self._errors = []
        self._readers = [threading.Thread(target=self._read, daemon=True),
                         threading.Thread(target=lambda: self._errors.append(self._process.stderr.read()), daemon=True)]
        for reader in self._readers:
            reader.start()

    def _read(self):
        for line in self._process.stdout:
            if line.startswith('{'):
                self._queue.put(json.loads(line))
        self._queue.put(None)

    def until(self, type, timeout=60.0, **fields):
        """Waits for an event of this type with these fields and returns it."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                event = self._queue.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError('no %s %s in %g s; told so far: %s' % (
                    type, fields, timeout, self._seen)) from None
            if event is None:
                raise AssertionError('no %s %s; all that was told: %s %s' % (type, fields, self._seen, self._errors))
            self._seen.append(event)
            if event['type'] == type and all(event.get(name) == value for name, value in fields.items()):
                return event

    @property
    def ended(self):
        return self._process.poll() is not None

    def done(self, timeout=120.0):
        """Waits until the call ends and returns its result."""
        exit = self._process.wait(timeout)
        for reader in self._readers:
            reader.join(10)
        while not self._queue.empty():
            event = self._queue.get()
            if event is not None:
                self._seen.append(event)
        self._process.stdout.close()
        self._process.stderr.close()
        return CallResult(exit, self._seen, ''.join(self._errors))
