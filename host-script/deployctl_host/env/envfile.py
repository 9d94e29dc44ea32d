"""Reads env files in the syntax of `docker run --env-file`, but refuses names without a value and duplicate names."""

import re
from typing import Dict

from .. import regex, trust
from ..config.values import ENV_NAME
from . import lint

LIMIT = 2 * 1024 * 1024
BLANK = b' \t'
# Beginnings of lines from other languages (shell, Dockerfile, Compose), with the message for each.
NAME = rb'[A-Za-z_][A-Za-z0-9_]*'
FOREIGN = (
    (regex.lazy(rb'export[ \t]+' + NAME), '`export` is for a shell'),
    (regex.lazy(rb'(?:declare|typeset)[ \t]+-[a-z]+[ \t]+' + NAME), '`declare` is for a shell'),
    (regex.lazy(rb'(?:set|setenv|env)[ \t]+' + NAME), 'a command in front of the name is for a shell'),
    (regex.lazy(rb'ENV[ \t]+' + NAME), '`ENV` is for a Dockerfile'),
    (regex.lazy(rb'-[ \t]+' + NAME), 'a list item is for a Compose file'),
)
YAML = regex.lazy(NAME + rb'[ \t]*:(?:[ \t]|\Z)')
BOM = b'\xef\xbb\xbf'
UTF_16 = (b'\xff\xfe', b'\xfe\xff')


def difference(before, after):
    """Returns the names of the variables that were added, removed and changed."""
    return {'added': sorted(set(after) - set(before)), 'removed': sorted(set(before) - set(after)),
            'changed': sorted(name for name in set(before) & set(after) if before[name] != after[name])}


def read(*paths, without=None):
    """Returns (variables as bytes, {variable: its file}, warnings) of the existing files; later ones override.

    Only root may be able to read each of them. `without` is a (file, variable) that is passed over.
    """
    found, origins, warnings = {}, {}, []
    for path in paths:
        try:
            data = trust.read(path, secret=True, limit=LIMIT)
        except FileNotFoundError:
            continue
        of_file, complaints = parse(data)
        lint.refuse(path, complaints)
        if without and without[0] == path:
            of_file.pop(without[1], None)
        found.update(of_file)
        origins.update(dict.fromkeys(of_file, path))
    for name, value in sorted(found.items()):
        if re.search(rb'[ \t]#', value):
            warnings.append('%s: the # and what follows are part of the value; a comment begins at the start of a line '
                            'only' % name)
    return found, origins, warnings


def parse(data):
    """Returns (variables, complaints). A complaint names the line and the variable, never a value."""
    found: Dict[str, bytes] = {}
    lines: Dict[str, int] = {}
    complaints = []
    if data[:2] in UTF_16:
        return found, ['the file is UTF-16: save it as UTF-8']
    if data.startswith(BOM):
        data = data[len(BOM):]
    for number, line in enumerate(data.split(b'\n'), 1):
        line = line[:-1] if line.endswith(b'\r') else line
        content = line.lstrip(BLANK)
        if not content or content.startswith(b'#'):
            continue
        key, equals, value = content.partition(b'=')
        name = key.decode('ascii', 'replace')
        if not equals or not ENV_NAME.fullmatch(name):
            complaints.append('line %d: %s' % (number, _reason(content, key, equals)))
        elif name in found:
            complaints.append('line %d: %s a second time (first on line %d)' % (number, name, lines[name]))
        else:
            found[name], lines[name] = value, number
    return found, complaints


def edited(data, name, value):
    """Returns the content of an env file in which a variable has this value (None: is not set).

    All other lines stay as they are. Raises `lint.Refusal` for a value that a line cannot hold.
    """
    lines = data.split(b'\n')
    if lines[-1:] == [b'']:
        lines.pop()
    place = next((number for number, line in enumerate(lines) if _name(line) == name.encode('ascii')), len(lines))
    mark = BOM if lines[place:] and lines[place].startswith(BOM) else b''
    lines[place:place + 1] = [] if value is None else [mark + name.encode('ascii') + b'=' + value]
    after = b''.join(line + b'\n' for line in lines)
    if parse(after)[0].get(name) != value:
        raise lint.Refusal('%s: an env file cannot hold a line feed, or a carriage return at the end of a value' % name,
                           'keep such a value in another source, or encode it (base64) and have the app decode it')
    return after


def _name(line):
    """Returns what is before the = of a line."""
    return (line[len(BOM):] if line.startswith(BOM) else line).lstrip(BLANK).partition(b'=')[0]


def _reason(content, key, equals):
    """Returns the reason why a line is not NAME=value, without quoting it.

    The line may be part of a secret that was written over several lines.
    """
    for pattern, what in FOREIGN:
        if pattern.match(content):
            return '%s: write NAME=value' % what
    bare = key.strip(BLANK)
    if equals and bare != key and ENV_NAME.fullmatch(bare.decode('ascii', 'replace')):
        return 'a blank before the =: write NAME=value, without blanks around it'
    if equals and not bare:
        return 'no name before the ='
    if YAML.match(content):
        return 'NAME: value is YAML: write NAME=value'
    if not equals and ENV_NAME.fullmatch(content.strip(BLANK).decode('ascii', 'replace')):
        return 'a name without a value: write NAME=value, or NAME= for an empty one (a value cannot go on ' \
               'over a line; keep such a value in etcd)'
    if equals and not re.search(rb'[ \t/+]', bare):
        return 'not NAME=value: a name has letters, digits and _ alone, and does not begin with a digit'
    return 'not NAME=value (a value cannot go on over a line; keep such a value in etcd)'
