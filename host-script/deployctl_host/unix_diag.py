"""Asks the kernel which file each accepted UNIX socket was bound to, because the file may have been renamed since.

/proc/net/unix has the path that the app passed to bind(2). An app that renames its socket into place, as HAProxy does,
or binds a relative path, has another name there than the one that nginx uses. The file is the same in both cases.
"""

import os
import socket
import struct
from typing import Dict, Tuple

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY, DUMP, DONE, ERROR = 20, 0x301, 3, 2
ACCEPTED = 1 << 1       # TCP_ESTABLISHED, which the kernel uses for UNIX sockets too
SHOW_VFS, VFS = 2, 1
HEAD = struct.Struct('=IHHII')
MESSAGE = struct.Struct('=BBBBI8x')
ATTRIBUTE = struct.Struct('=HH')
FILE = struct.Struct('=II')
TIMEOUT = 5.0


def files():
    """Returns {number of an accepted socket: file it was bound to}; None if the kernel does not support this."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as kernel:
            kernel.settimeout(TIMEOUT)
            wanted = struct.pack('=BBHIII8x', socket.AF_UNIX, 0, 0, ACCEPTED, 0, SHOW_VFS)
            kernel.send(HEAD.pack(HEAD.size + len(wanted), SOCK_DIAG_BY_FAMILY, DUMP, 1, 0) + wanted)
            found: Dict[int, Tuple[int, int]] = {}
            while True:
                for kind, data in _messages(kernel.recv(1 << 18)):
                    if kind == DONE:
                        return found
                    if kind == ERROR:
                        return None
                    number, file = _message(data)
                    if file is not None:
                        found[number] = file
    except (OSError, struct.error):
        return None


def file_of(path):
    """Returns the file at a path as (low half of the inode number, device number of its file system), or None."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        inode = os.fstat(descriptor).st_ino & 0xffffffff
        with open('/proc/self/fdinfo/%d' % descriptor, encoding='ascii') as source:
            mount = next(line.split()[1] for line in source if line.startswith('mnt_id:'))
        # On btrfs and some overlays, stat(2) has a different device number than the file system itself.
        with open('/proc/self/mountinfo', encoding='utf-8', errors='replace') as source:
            major, _, minor = next(line.split(None, 3)[2] for line in source
                                   if line.split(None, 1)[0] == mount).partition(':')
        return inode, int(major) << 20 | int(minor)
    except (OSError, StopIteration):
        return None
    finally:
        os.close(descriptor)


def _messages(data):
    while len(data) >= HEAD.size:
        length, kind = HEAD.unpack_from(data)[:2]
        if length < HEAD.size:
            return
        yield kind, data[HEAD.size:length]
        data = data[length + 3 & ~3:]


def _message(data):
    number, place = MESSAGE.unpack_from(data)[4], MESSAGE.size
    while place + ATTRIBUTE.size <= len(data):
        length, kind = ATTRIBUTE.unpack_from(data, place)
        if kind == VFS:
            return number, FILE.unpack_from(data, place + ATTRIBUTE.size)
        place += max(length, ATTRIBUTE.size) + 3 & ~3
    return number, None
