"""Counts connections as the kernel sees them: what still talks to a release, and what has reached one."""

import os
import re

from . import unix_diag

# Of a UNIX socket that was accepted, and of one that still waits for that.
ACCEPTED, WAITING = b'03', b'02'
ESTABLISHED = '01'
INSTANCE = re.compile(br'[0-9]+\.sock')


def accepted(paths):
    """Open connections on the UNIX sockets at `paths` that the app has taken up.

    An accepted socket shows in the table of the network namespace of the one who connected, which is nginx's and ours,
    under the path as the app bound it. That is why a release's directory has one path inside and outside its container.
    """
    return len(_unix_numbers(paths, (ACCEPTED,)))


def connected(paths):
    """The same, with those that the app has yet to accept: a busy one may be behind, and ending it would lose them."""
    return len(_unix_numbers(paths, (ACCEPTED, WAITING)))


def numbers(paths):
    """The kernel's numbers of those that `accepted` counts: tells new connections from earlier ones."""
    return frozenset(_unix_numbers(paths, (ACCEPTED,)))


def _unix_numbers(paths, states):
    """By the name that was bound or, where no name is ours, by the file: apps rename their sockets into place."""
    wanted = frozenset(os.fsencode(path) for path in paths)
    rows = [row for row in _unix_table() if row[0] in states]
    found = [number for _, number, name in rows if _is_named(name, wanted)]
    if found:
        return found
    places = {unix_diag.file_of(path) for path in wanted} - {None}
    files = unix_diag.files() if places else None
    if not files:
        return []
    names = {name for _, number, name in rows if files.get(number) in places}
    # One that waits to be accepted has no number yet, and its name is that of the others.
    return [number for _, number, name in rows if (files.get(number) in places if number else name in names)]


def _unix_table():
    """(state, number, name) of every named UNIX socket."""
    with open('/proc/net/unix', 'rb') as table:
        for line in table:
            fields = line.split(None, 7)
            if len(fields) == 8 and fields[6].isdigit():
                yield fields[5], int(fields[6]), fields[7].rstrip(b'\n')


def _is_named(name, wanted):
    """Whether a socket was bound as one of these, or beside them under a name that no other instance has."""
    if name in wanted:
        return True
    directory, _, last = name.rpartition(b'/')
    return bool(directory) and not INSTANCE.fullmatch(last) and any(
        path.rpartition(b'/')[0] == directory for path in wanted)


def established(ports):
    """Open TCP connections to these local ports, seen from the side that connected."""
    wanted = frozenset('%04X' % port for port in ports)
    return sum(_count_tcp(table, wanted) for table in ('/proc/net/tcp', '/proc/net/tcp6'))


def _count_tcp(table, wanted):
    count = 0
    try:
        with open(table, encoding='ascii') as lines:
            next(lines, None)
            for line in lines:
                fields = line.split(None, 4)
                if fields[3] == ESTABLISHED and fields[2].rpartition(':')[2] in wanted:
                    count += 1
    except FileNotFoundError:
        pass  # a kernel without IPv6
    return count


def listening(port):
    """Whether something on this host listens on a TCP port, on any address."""
    suffix = ':%04X' % port
    for table in ('/proc/net/tcp', '/proc/net/tcp6'):
        try:
            with open(table, encoding='ascii') as lines:
                next(lines, None)
                for line in lines:
                    fields = line.split(None, 4)
                    if fields[3] == '0A' and fields[1].endswith(suffix):
                        return True
        except FileNotFoundError:
            pass
    return False
