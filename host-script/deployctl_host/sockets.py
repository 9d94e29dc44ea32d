"""Counts connections as the kernel sees them: what still talks to a release, and what has reached one."""

import os

# Of a UNIX socket that was accepted, and of one that still waits for that.
ACCEPTED, WAITING = b'03', b'02'
ESTABLISHED = '01'


def accepted(paths):
    """Open connections on UNIX sockets bound at `paths` that the app has taken up.

    An accepted socket shows in the table of the network namespace of the one who connected, which is nginx's and ours,
    under the path as the app bound it. That is why a release's directory has one path inside and outside its container.
    """
    return _count_unix(paths, (ACCEPTED,))


def connected(paths):
    """The same, with those that the app has yet to accept: a busy one may be behind, and ending it would lose them."""
    return _count_unix(paths, (ACCEPTED, WAITING))


def _count_unix(paths, states):
    wanted = frozenset(os.fsencode(path) for path in paths)
    count = 0
    with open('/proc/net/unix', 'rb') as table:
        for line in table:
            fields = line.split(None, 7)
            if len(fields) == 8 and fields[5] in states and fields[7].rstrip(b'\n') in wanted:
                count += 1
    return count


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
