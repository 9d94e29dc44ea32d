"""Finds the address of the SSH client, for the audit log only; nothing is authorized by it.

sudo does not pass SSH_CLIENT on, so the address is that of the connection of the sshd among the parent processes.
"""

import os
import socket
import sys

from . import regex

PROC = '/proc'
FAR = 40
SOCKET = regex.lazy(r'socket:\[([0-9]+)\]')
ESTABLISHED = '01'
MAPPED = b'\0' * 10 + b'\xff\xff'    # the prefix of an IPv4-mapped IPv6 address


def address():
    """Returns the client's address; None if the call did not come by SSH or the address cannot be found."""
    try:
        pid = os.getppid()
        for _ in range(FAR):
            if pid <= 1:
                return None
            name, parent = _process(pid)
            if name.startswith('sshd'):
                found = _peer(_sockets(pid))
                if found is not None:
                    return found
            pid = parent
    except (OSError, ValueError, IndexError):
        pass
    return None


def _process(pid):
    with open('%s/%d/stat' % (PROC, pid), encoding='ascii', errors='replace') as source:
        text = source.read(4096)
    begin, end = text.index('('), text.rindex(')')
    return text[begin + 1:end], int(text[end + 1:].split()[1])


def _sockets(pid):
    """Returns the inodes of the process's sockets, by descriptor: the session's own connection comes first."""
    directory = '%s/%d/fd' % (PROC, pid)
    found = []
    for number in sorted(os.listdir(directory), key=int):
        match = SOCKET.fullmatch(os.readlink('%s/%s' % (directory, number)))
        if match:
            found.append(match.group(1))
    return found


def _peer(inodes):
    if not inodes:
        return None
    peers = {}
    for table in ('tcp', 'tcp6'):
        try:
            with open('%s/net/%s' % (PROC, table), encoding='ascii') as lines:
                next(lines, None)
                for line in lines:
                    fields = line.split(None, 10)
                    if fields[3] == ESTABLISHED and fields[9] in inodes:
                        peers[fields[9]] = fields[2].partition(':')[0]
        except FileNotFoundError:
            pass    # a kernel without IPv6
    return next((_readable(peers[inode]) for inode in inodes if inode in peers), None)


def _readable(text):
    """Converts an address from /proc, whose 32-bit words are in the machine's byte order."""
    words = [bytes.fromhex(text[place:place + 8]) for place in range(0, len(text), 8)]
    data = b''.join(word[::-1] if sys.byteorder == 'little' else word for word in words)
    if data.startswith(MAPPED):
        data = data[len(MAPPED):]
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)
