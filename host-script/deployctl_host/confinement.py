"""Confines the files that containers create in their socket directories.

A container owns the directory of its sockets and can create setuid programs or world-writable devices there, under any
user id. Two independent measures make those harmless:

- `sockets/`, the parent directory, which no container can change, belongs to root and only nginx's group can enter it;
- /var/lib/deployctl is a bind mount onto itself with nosuid, nodev and noexec. It shows the same files, so making it
  does not disturb running containers or open connections. systemd makes it at boot; if it is missing, the next call
  makes it.
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
    """Returns True if `path` is mounted nosuid, nodev and noexec."""
    return os.statvfs(path).f_flag & REQUIRED == REQUIRED


def mount():
    """Makes the mount if it is missing. Does nothing on a host that has never had an app."""
    try:
        descriptor = os.open(paths.STATE, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    except OSError as problem:
        raise _refusal('%s cannot be opened: %s' % (paths.STATE, problem.strerror)) from problem
    try:
        if is_mounted(paths.STATE):
            return
        from .store import state     # imported here because most calls find the mount in place
        if not state.known_apps():
            return
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # concurrent calls make one mount only
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
        raise _refusal('%s is not mounted %s, although mount succeeded' % (path, OPTIONS))


def _run(words, path):
    from . import programs   # imported here because most calls find the mount in place
    done = programs.run(words, TIMEOUT)
    if done.exit != 0:
        raise _refusal('cannot mount %s with %s: %s' % (path, OPTIONS, done.stderr.strip()[:300]))


def _is_mount_point(path):
    with open(MOUNTS, encoding='utf-8', errors='surrogateescape') as source:
        return any(line.split(' ', 5)[4] == path for line in source)


def _refusal(message):
    return HostError('unavailable', message, state='nothing was started',
                     hint='containers write there, so make this mount as root: mount --bind %(path)s %(path)s && '
                          'mount -o remount,bind,%(options)s %(path)s' % {'path': paths.STATE, 'options': OPTIONS})


def enclose(app_state, group):
    """Restricts the sockets of one app to root and nginx's `group`. The mount must exist."""
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
        # The group is set before the mode, so that nginx always has access.
        if seen.st_gid != group:
            os.fchown(descriptor, -1, group)
        if stat.S_IMODE(seen.st_mode) != MODE:
            os.fchmod(descriptor, MODE)
        if not is_mounted(place):
            raise _refusal('%s is on another mount, which is not %s' % (place, OPTIONS))


def _has_sockets(app_state):
    """Returns whether the app has directories that its containers may write to."""
    try:
        return bool(os.listdir(app_state.root + '/sockets'))
    except FileNotFoundError:
        return False
    except OSError:
        return True     # `enclose` says what is wrong with it


def every_app(apps):
    """Makes the mount and restricts the sockets of each app. Returns {app: error} for those that failed.

    Apps that have no sockets need no nginx, whose group is asked for the others.
    """
    from . import probes     # imported here because few calls need it
    from .config import definition
    from .store import state
    from .nginx import process
    try:
        mount()
        apps = [app for app in apps if _has_sockets(state.AppState(app))]
        if not apps:
            return {}
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
