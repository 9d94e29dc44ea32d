"""The journal of one transaction: every action is on disk before it begins and after it ends.

The process that settles the transaction of a dead worker reads it. An entry is a line of JSON; an incomplete last line
is ignored, because its action had not begun.
"""

import json
import os

from . import events, files, patterns, regex

CONTAINER = regex.lazy(r'deployctl-[a-z0-9.-]{1,120}')


class Journal:
    def __init__(self, path):
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        files.fsync_dir(os.path.dirname(path))     # the file's name must be on disk too, not only its entries

    def mark(self, step, phase, **facts):
        """Appends an entry, durably. `phase` is 'begin', 'end', or a step's own name for a point between them."""
        entry = {'ts': events.now(), 'step': step, 'phase': phase}
        entry.update(facts)
        data = b'\n' + json.dumps(entry, sort_keys=True).encode() + b'\n'
        while data:
            data = data[os.write(self._descriptor, data):]
        os.fsync(self._descriptor)

    def close(self):
        os.close(self._descriptor)


def read(path):
    """Returns all complete entries, in order. Each begins on a new line, so an incomplete one affects no other."""
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
    """Returns True for an entry in the form that `mark` writes. A damaged one is treated as incomplete."""
    return (isinstance(entry, dict) and isinstance(entry.get('step'), str) and isinstance(entry.get('phase'), str) and
            all(is_sound(entry[name]) for name, is_sound in FACTS.items() if name in entry))


def _release(value):
    return isinstance(value, str) and patterns.matches('release', value)


def _release_or_none(value):
    return value is None or _release(value)


def _workers(value):
    return isinstance(value, dict) and all(pid.isdecimal() and type(started) is int for pid, started in value.items())


def _containers(value):
    return isinstance(value, list) and all(isinstance(name, str) and CONTAINER.fullmatch(name) for name in value)


# The fields that other modules use: a path, a container or a process, and the time of an entry.
FACTS = {'ts': lambda value: isinstance(value, str), 'release': _release, 'old': _release_or_none, 'workers': _workers,
         'pointed': _release_or_none, 'stopped': _containers, 'fresh': lambda value: isinstance(value, bool)}


def fact(entries, name):
    """Returns the latest value of `name` in any entry, or None."""
    for entry in reversed(entries):
        if name in entry:
            return entry[name]
    return None


def moment(entries, step, phase):
    """Returns the time when a step last reached a phase, or None if it never did."""
    for entry in reversed(entries):
        if (entry['step'], entry['phase']) == (step, phase):
            return entry.get('ts')
    return None
