"""Describes the differences of a file for the operator: lines of definitions, and only names of env files."""

import difflib
import json
from typing import List

from .. import events
from ..env import envfile
from . import managed

CONTEXT = 3
LONGEST_LINE = 500
# Leaves room for the rest of the event, and is counted in the escaped form that is sent.
ROOM = events.LINE_LIMIT - 4096


def facts(change):
    """Returns the fields of an `apply.file` event."""
    found = {'path': change.name, 'change': change.kind}
    if managed.kind_of(change.name).secret:
        found['names'] = _names(change)
        return found
    lines, cut = _that_fit(_diff(change))
    found['diff'] = lines
    if cut:
        found['cut'] = True
    return found


def _names(change):
    """Returns the names of the variables that differ. A file that cannot be parsed has those that can be read."""
    before, after = (envfile.parse(content or b'')[0] for content in (change.before, change.after))
    return envfile.difference(before, after)


def _diff(change):
    lines = difflib.unified_diff(_lines(change.before), _lines(change.after), n=CONTEXT, lineterm='')
    for line in list(lines)[2:]:    # the first two are the headers with the names
        yield line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + ' (cut)'


def _lines(content):
    if not content:
        return []
    lines = content.decode('utf-8', 'replace').split('\n')
    last = lines.pop()
    return lines + [last + ' (no line feed at the end)'] if last else lines


def _that_fit(lines):
    """Returns (the first lines that fit into one event, whether there are more)."""
    fit: List[str] = []
    room = ROOM
    for line in lines:
        room -= len(json.dumps(line)) + 1
        if room < 0:
            return fit, True
        fit.append(line)
    return fit, False
