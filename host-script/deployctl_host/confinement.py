"""Confines what containers leave in their socket directories: closed to other accounts, and never a way to root.

A container owns the directory of its sockets, as whoever it likes to be, and so it can leave a program there that is
setuid, or a device that is open to everybody. Two things keep that from harm, each by itself:

- `sockets/`, the parent that no container can change, is root's and lets only nginx's group pass;
- /var/lib/deployctl is a mount of its own (a bind mount onto itself): nosuid, nodev, noexec. It leads to the same
  files, so what runs and who is connected do not notice when it is made. systemd makes it at boot; where it is missing,
  the next call does.
"""

import contextlib
import fcntl
import os
import stat

from . import paths
from .errors import HostError

REQUIRED = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
OPTIONS = 'nosuid,nodev,noexec'
MODE = 0o710
PROGRAMS = ('/usr/bin/mount', '/bin/mount')
TIMEOUT = 30.0
MOUNTS = '/proc/self/mountinfo'


def is_mounted(path):
    """True when neither setuid programs nor devices nor programs at all have an effect below `path`."""
    return os.statvfs(path).f_flag & REQUIRED == REQUIRED


def mount():
    """Makes the mount where it is missing. Does nothing on a host that has never had an app."""
    try:
        descriptor = os.open(paths.STATE, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise _refusal('%s cannot be opened: %s' % (paths.STATE, problem.strerror)) from problem
    try:
        if is_mounted(paths.STATE):
            return
        from .store import state     # only here: most calls find the mount in place
        if not state.known_apps():
            return
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # two calls at once make one mount
        if not is_mounted(paths.STATE):
            _mount(paths.STATE)
    finally:
        os.close(descriptor)


def _mount(path):
    program = next((one for one in PROGRAMS if os.path.exists(one)), PROGRAMS[0])
    if not _is_mount_point(path):
        _run([program, '--bind', path, path], path)
    _run([program, '-o', 'remount,bind,' + OPTIONS, path], path)
    if not is_mounted(path):
        raise _refusal('%s was mounted %s, and is not' % (path, OPTIONS))


def _run(words, path):
    from . import programs   # only here: most calls find the mount in place
    done = programs.run(words, TIMEOUT)
    if done.exit != 0:
        raise _refusal('%s cannot be mounted %s: %s' % (path, OPTIONS, done.stderr.strip()[:300]))


def _is_mount_point(path):
    with open(MOUNTS, encoding='utf-8', errors='surrogateescape') as source:
        return any(line.split(' ', 5)[4] == path for line in source)


def _refusal(message):
    return HostError('unavailable', message, state='nothing was started',
                     hint='containers write there; make it as root: mount --bind %(path)s %(path)s && '
                          'mount -o remount,bind,%(options)s %(path)s' % {'path': paths.STATE, 'options': OPTIONS})


def enclose(app_state, group):
    """Lets root and `group` (nginx's) pass to the sockets of one app, and nobody else, when the mount is there."""
    mount()
    place = app_state.root + '/sockets'
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise _refusal('%s cannot be opened as a directory: %s' % (place, problem.strerror)) from problem
    with contextlib.ExitStack() as after:
        after.callback(os.close, descriptor)
        seen = os.fstat(descriptor)
        # The group first: nginx is never kept out in between.
        if seen.st_gid != group:
            os.fchown(descriptor, -1, group)
        if stat.S_IMODE(seen.st_mode) != MODE:
            os.fchmod(descriptor, MODE)
        if not is_mounted(place):
            raise _refusal('%s lies on a mount of its own, which is not %s' % (place, OPTIONS))


def every_app(apps):
    """Makes the mount, and encloses the sockets of each of these apps. Returns what went wrong, as {app: error}."""
    from . import probes     # only here: each call looks for the mount, few need these
    from .config import definition
    from .store import state
    from .nginx import process
    try:
        mount()
        settings = process.Settings(definition.load_host().nginx)
        group = probes.Identity(settings.user, settings.group).gid
    except HostError as problem:
        return {app: problem for app in apps}
    failed = {}
    for app in apps:
        try:
            enclose(state.AppState(app), group)
        except HostError as problem:
            failed[app] = problem
    return failed
