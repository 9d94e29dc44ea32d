"""Counts the open connections to a release, using the kernel's socket tables."""

import os

from . import regex, unix_diag

# States in /proc/net/unix of an accepted connection and of one in the listen backlog.
ACCEPTED, WAITING = b'03', b'02'
ESTABLISHED = '01'
INSTANCE = regex.lazy(br'[0-9]+\.sock')


def accepted(paths):
    """Counts the open connections on the UNIX sockets at `paths` that the app has accepted.

    An accepted socket appears in the table of the client's network namespace, which is this host's, under the path
    that the app bound. So a release's directory has the same path inside and outside its container.
    """
    return len(_unix_numbers(paths, (ACCEPTED,)))


def connected(paths):
    """Counts open connections including those in the listen backlog, which stopping a busy app would lose."""
    return len(_unix_numbers(paths, (ACCEPTED, WAITING)))


def numbers(paths):
    """Returns the kernel's numbers of accepted connections, which distinguish new ones from earlier ones."""
    return frozenset(_unix_numbers(paths, (ACCEPTED,)))


def _unix_numbers(paths, states):
    """Finds sockets by the name that was bound or, if no name matches, by the file: an app may rename its socket."""
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
    # A connection in the backlog has no number yet; it has the same name as the accepted ones.
    return [number for _, number, name in rows if (files.get(number) in places if number else name in names)]


def _unix_table():
    """Yields (state, number, name) of every named UNIX socket."""
    with open('/proc/net/unix', 'rb') as table:
        for line in table:
            fields = line.split(None, 7)
            if len(fields) == 8 and fields[6].isdigit():
                yield fields[5], int(fields[6]), fields[7].rstrip(b'\n')


def _is_named(name, wanted):
    """Returns True if a socket was bound at one of the `wanted` paths, or in the same directory under a name that is
    not another instance's.
    """
    if name in wanted:
        return True
    directory, _, last = name.rpartition(b'/')
    return bool(directory) and not INSTANCE.fullmatch(last) and any(
        path.rpartition(b'/')[0] == directory for path in wanted)


def established(ports):
    """Counts the open TCP connections to these local ports, on the client's side."""
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
    """Returns True if a process on this host listens on the TCP port, on any address."""
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
