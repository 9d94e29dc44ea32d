"""Expands references between variables like etcenv: `$NAME`, `${NAME}`, and `\\$` for a literal dollar.

etcenv expands an undefined name to nothing and ignores a loop; here both are errors.
"""

from typing import Dict

from .. import regex
from . import lint

REFERENCE = regex.lazy(r'(\\?)\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))')
DEPTH = 50


def expand(where, values):
    """Returns the values with all references expanded; raises HostError('definition') for those that cannot be."""
    done: Dict[str, str] = {}
    complaints = []
    for name in sorted(values):
        try:
            _one(name, values, done, ())
        except LookupError as problem:
            complaints.append(problem.args[0])
    lint.refuse(where, list(dict.fromkeys(complaints)))
    return {name: done[name] for name in values}


def _one(name, values, done, path):
    if name in done:
        return done[name]
    if name in path:
        raise LookupError('%s: refers to itself (%s)' % (name, ' -> '.join(path[path.index(name):] + (name,))))
    if len(path) >= DEPTH:
        raise LookupError('%s: references more than %d deep' % (path[0], DEPTH))
    parts, end, size = [], 0, 0
    for number, match in enumerate(REFERENCE.finditer(values[name]), 1):
        parts.append(values[name][end:match.start()])
        end = match.end()
        if match.group(1):
            parts.append(match.group()[1:])
        else:
            target = match.group(2) or match.group(3)
            if target not in values:
                # The name is not reported: if the dollar should have been escaped, it is a part of a secret.
                raise LookupError('%s: reference %d in its value is to a name that is not set' % (name, number))
            parts.append(_one(target, values, done, path + (name,)))
        size += len(parts[-2]) + len(parts[-1])
        if size > lint.VALUE_LIMIT:
            break
    text = ''.join(parts) + values[name][end:]
    if size > lint.VALUE_LIMIT or len(text.encode('utf-8')) > lint.VALUE_LIMIT:
        raise LookupError('%s: its value is longer than %d KiB after its references are expanded' %
                          (name, lint.VALUE_LIMIT // 1024))
    done[name] = text
    return text
