"""The diary of one transaction: what is about to be done and what has been done, on disk before the next thing happens.

It is read by the one that settles the work of a worker that died. An entry is a line of JSON; a half-written last line
was never acted upon, and is ignored.
"""

import json
import os

from . import events, files, patterns


class Journal:
    def __init__(self, path):
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        files.fsync_dir(os.path.dirname(path))     # entries on disk are of no use in a file that has no name there

    def mark(self, step, phase, **facts):
        """`phase` is 'begin' or 'end' (or what a step says of its middle). Durable when this returns."""
        entry = {'ts': events.now(), 'step': step, 'phase': phase}
        entry.update(facts)
        data = b'\n' + json.dumps(entry, sort_keys=True).encode() + b'\n'
        while data:
            data = data[os.write(self._descriptor, data):]
        os.fsync(self._descriptor)

    def close(self):
        os.close(self._descriptor)


def read(path):
    """All whole entries, in order. Each begins on a fresh line, so a torn one spoils no other."""
    try:
        with open(path, 'rb') as source:
            lines = source.read().split(b'\n')
    except FileNotFoundError:
        return []
    entries = []
    for line in lines[:-1]:
        try:
            entry = json.loads(line) if line else None
        except (ValueError, RecursionError):
            continue
        if _sound(entry):
            entries.append(entry)
    return entries


def _sound(entry):
    """Whether it is what `mark` writes. What a failing disk or a hand made of one is as good as torn."""
    return (isinstance(entry, dict) and isinstance(entry.get('step'), str) and isinstance(entry.get('phase'), str) and
            all(is_sound(entry[name]) for name, is_sound in FACTS.items() if name in entry))


def _release(value):
    return isinstance(value, str) and patterns.matches('release', value)


def _release_or_none(value):
    return value is None or _release(value)


def _workers(value):
    return isinstance(value, dict) and all(pid.isdecimal() and type(started) is int for pid, started in value.items())


# The facts that others go by: a path, a container or a process, and the moment of an entry.
FACTS = {'ts': lambda value: isinstance(value, str), 'release': _release, 'old': _release_or_none, 'workers': _workers,
         'pointed': _release_or_none,
         'fresh': lambda value: isinstance(value, bool)}


def fact(entries, name):
    """The latest value that any entry gave for `name`, or None."""
    for entry in reversed(entries):
        if name in entry:
            return entry[name]
    return None


def moment(entries, step, phase):
    """When a step came to a phase, the last time that it did; None where it never did."""
    for entry in reversed(entries):
        if (entry['step'], entry['phase']) == (step, phase):
            return entry.get('ts')
    return None
