"""References between variables as etcenv has them: `$NAME`, `${NAME}`, and `\\$` for a dollar that is none.

Where etcenv makes an undefined name empty and drops a loop in silence, this refuses both.
"""

import re
from typing import Dict

from . import lint

REFERENCE = re.compile(r'(\\?)\$(?:\{([A-Za-z0-9_]+)\}|([A-Za-z0-9_]+))')
DEPTH = 50


def expand(where, values):
    """The values with every reference put in; HostError('definition') names the variables that have none."""
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
                # Which name is not said: after a dollar that should be an escaped one stands a piece of a secret.
                raise LookupError('%s: reference %d in it is to a name that is not set' % (name, number))
            parts.append(_one(target, values, done, path + (name,)))
        size += len(parts[-2]) + len(parts[-1])
        if size > lint.VALUE_LIMIT:
            break
    text = ''.join(parts) + values[name][end:]
    if size > lint.VALUE_LIMIT or len(text.encode('utf-8')) > lint.VALUE_LIMIT:
        raise LookupError('%s: its value is longer than %d KiB once its references are put in' %
                          (name, lint.VALUE_LIMIT // 1024))
    done[name] = text
    return text
