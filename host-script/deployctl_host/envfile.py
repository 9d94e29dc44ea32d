"""Reads env files in the syntax of `docker run --env-file`, less what surprises: a name alone, a name twice."""

from typing import Dict

from . import lint, trust
from .values import ENV_NAME

LIMIT = 2 * 1024 * 1024


def read(*paths):
    """(variables as bytes, warnings) of the files there are; a later one wins. Each must be root's and root's alone."""
    found, warnings = {}, []
    for path in paths:
        try:
            data = trust.read(path, secret=True, limit=LIMIT)
        except FileNotFoundError:
            continue
        of_file, complaints = parse(data)
        lint.refuse(path, complaints)
        found.update(of_file)
    for name, value in sorted(found.items()):
        if len(value) > 1 and value[:1] == value[-1:] and value[:1] in (b'"', b"'"):
            warnings.append('%s: its quotes are part of the value, as Docker has it' % name)
    return found, warnings


def parse(data):
    """(variables, complaints). A complaint names a line and at most the variable, never a value."""
    found: Dict[str, bytes] = {}
    lines: Dict[str, int] = {}
    complaints = []
    if data.startswith(b'\xef\xbb\xbf'):
        data = data[3:]
    for number, line in enumerate(data.split(b'\n'), 1):
        line = line[:-1] if line.endswith(b'\r') else line
        content = line.lstrip(b' \t')
        if not content or content.startswith(b'#'):
            continue
        key, equals, value = content.partition(b'=')
        name = key.decode('ascii', 'replace')
        if not equals or not ENV_NAME.fullmatch(name):
            # Not shown: it may be the second line of a value that somebody believed could have two.
            complaints.append('line %d: not NAME=value (a value cannot go on over a line; keep such a value in etcd)' %
                              number)
        elif name in found:
            complaints.append('line %d: %s a second time (first on line %d)' % (number, name, lines[name]))
        else:
            found[name], lines[name] = value, number
    return found, complaints
