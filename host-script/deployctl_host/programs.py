"""Runs other programs; no other module does. Never uses a shell or the inherited environment, always a time-out."""

import os
import selectors
import signal
import time
from typing import NamedTuple

from .errors import HostError

ENVIRONMENT = {'PATH': '/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL': 'C', 'HOME': '/root'}
OUTPUT_LIMIT = 16 * 1024 * 1024
# How long pipes may stay open after the program has ended, when a grandchild has inherited them.
LINGER = 0.5


class Completed(NamedTuple):
    """The result of a program: `exit` as Python reports it (-9 for SIGKILL), both streams as text."""

    exit: int
    stdout: str
    stderr: str


def run(argv, timeout, input=None, as_user=None, env=None):
    """Runs `argv` (absolute path first) until it ends.

    `input` is the text of its standard input; `as_user` the user to run as, with that user's groups; `env` additions
    to the fixed environment (use it for secrets: the process list does not show it). Raises HostError('unavailable')
    for a program that is missing or exceeds `timeout`, after its process group was killed. The caller judges the exit
    status.
    """
    if not argv[0].startswith('/'):
        raise ValueError('not an absolute path: %r' % (argv[0],))
    process = _start(argv, input is not None, as_user, dict(ENVIRONMENT, **(env or {})))
    try:
        stdout, stderr = _talk(process, argv[0], (input or '').encode('utf-8', 'surrogateescape'), timeout)
    except BaseException:
        _kill_group(process)
        raise
    finally:
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                _close(stream)
    return Completed(process.returncode, stdout.decode('utf-8', 'replace'), stderr.decode('utf-8', 'replace'))


def _start(argv, with_input, as_user, environment):
    import subprocess  # imported here because many calls run no program
    become = {}
    if as_user is not None:
        become = _identity(as_user)
    try:
        return subprocess.Popen(
            argv, stdin=subprocess.PIPE if with_input else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, close_fds=True, cwd='/', env=environment, start_new_session=True, bufsize=0,
            **become)
    except (FileNotFoundError, PermissionError, NotADirectoryError) as problem:
        raise HostError('unavailable', 'cannot start %s: %s' % (argv[0], problem.strerror),
                        hint='install it, or correct its path in /etc/deployctl/host.conf') from problem
    except OSError as problem:
        raise HostError('unavailable', 'cannot start %s: %s' % (argv[0], problem.strerror)) from problem


def _identity(name):
    import pwd
    try:
        entry = pwd.getpwnam(name)
    except KeyError as problem:
        raise HostError('definition', 'there is no user %s on this host' % name) from problem
    return {'user': entry.pw_uid, 'group': entry.pw_gid, 'extra_groups': os.getgrouplist(name, entry.pw_gid)}


def _talk(process, program, data, timeout):
    """Writes and reads all pipes concurrently, so that neither side can block the other."""
    deadline = time.monotonic() + timeout
    collected = {process.stdout: bytearray(), process.stderr: bytearray()}
    ended = None
    with selectors.DefaultSelector() as selector:
        for stream in collected:
            selector.register(stream, selectors.EVENT_READ)
        if process.stdin is not None:
            os.set_blocking(process.stdin.fileno(), False)
            selector.register(process.stdin, selectors.EVENT_WRITE)
        while selector.get_map():
            now = time.monotonic()
            if ended is None and process.poll() is not None:
                ended = now
            if ended is not None and now - ended > LINGER:
                break
            if now >= deadline and ended is None:
                raise HostError('unavailable', '%s did not end within %g s and was killed' % (program, timeout))
            for key, _ in selector.select(0.1 if ended is not None else min(deadline - now, 0.1)):
                if key.fileobj is process.stdin:
                    data = _feed(selector, process.stdin, data)
                else:
                    _drain(selector, key.fileobj, collected[key.fileobj], program)
    _wait(process, program, deadline, timeout)
    return bytes(collected[process.stdout]), bytes(collected[process.stderr])


def _feed(selector, stream, data):
    try:
        data = data[os.write(stream.fileno(), data[:65536]):] if data else data
    except BlockingIOError:
        return data
    except BrokenPipeError:
        data = b''
    if not data:
        selector.unregister(stream)
        _close(stream)
    return data


def _drain(selector, stream, into, program):
    chunk = os.read(stream.fileno(), 65536)
    if not chunk:
        selector.unregister(stream)
        return
    into += chunk
    if len(into) > OUTPUT_LIMIT:
        raise HostError('unavailable', '%s printed more than %d bytes and was killed' % (program, OUTPUT_LIMIT))


def _wait(process, program, deadline, timeout):
    import subprocess
    try:
        process.wait(max(0.05, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as problem:
        raise HostError('unavailable', '%s did not end within %g s and was killed' % (program, timeout)) from problem


def _kill_group(process):
    import subprocess
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        pass  # in uninterruptible sleep; the kernel ends it later


def _close(stream):
    try:
        stream.close()
    except OSError:
        pass
