"""Writes files that survive a power cut: to a temporary file, synced, then renamed."""

import contextlib
import errno
import json
import os
import stat

from .errors import HostError

TEMPORARY = '.deployctl-tmp-'
# With fewer free inodes than this, a transaction counts them as exhausted, since it creates several files.
FEW_INODES = 1000


@contextlib.contextmanager
def full_disk_reported(path):
    """Turns "no space left" within the block into HostError('disk-full')."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise HostError('disk-full', 'no space left to write %s (%s)' % (path, problem.strerror),
                            hint=full_disk_hint(path)) from problem
        raise


def free(path):
    """Returns the (bytes, inodes) that root may still use on the file system of `path`, which need not exist.

    Each is None if unknown: no such directory, or a file system that creates inodes on demand.
    """
    while True:
        try:
            seen = os.statvfs(path)
        except FileNotFoundError:
            path = os.path.dirname(path)
        except OSError:
            return None, None
        else:
            return seen.f_bavail * seen.f_frsize, seen.f_favail if seen.f_files else None


def free_space(path):
    """Describes the free space on the file system of `path`, for an error message."""
    size, inodes = free(path)
    text = '%s MiB are free under %s now' % ('?' if size is None else size >> 20, path)
    return text if inodes is None else '%s, and %d inodes' % (text, inodes)


def full_disk_hint(path):
    """Returns the hint for a full disk, which depends on whether bytes or inodes ran out."""
    inodes = free(path)[1]
    if inodes is not None and inodes < FEW_INODES:
        return 'only %d inodes are left on that file system, regardless of free bytes (df -i %s): remove files' % (
            inodes, os.path.dirname(path)) + ', then try again'
    return 'free space on that file system (df -h %s), then try again' % os.path.dirname(path)


def fsync_dir(path):
    """Syncs a directory, which makes renames in it durable."""
    with full_disk_reported(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_atomic(path, data, mode=0o600):
    """Replaces a file: readers see the old or the new content, even after a power cut. A symlink is replaced, not
    followed.
    """
    directory = os.path.dirname(path)
    temporary = '%s/%s%s' % (directory, TEMPORARY, os.urandom(8).hex())
    with full_disk_reported(path):
        try:
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            try:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(descriptor, rest):]
                os.fchmod(descriptor, mode)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.rename(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        fsync_dir(directory)


def write_json(path, value, mode=0o600):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + '\n'
    write_atomic(path, text.encode('utf-8'), mode)


def read_bytes(path, limit=16 * 1024 * 1024):
    """Returns the content of one of the script's own files; refuses a symlink in its place."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, 'rb') as source:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise HostError('internal', '%s is not a regular file' % path)
        data = source.read(limit + 1)
    if len(data) > limit:
        raise HostError('internal', '%s is larger than %d bytes' % (path, limit))
    return data


def read_json(path, missing=None, hint=None):
    """Returns the parsed content, or `missing` if there is no such file; `hint` is for a damaged one."""
    try:
        return json.loads(read_bytes(path).decode('utf-8'))
    except FileNotFoundError:
        return missing
    except (ValueError, RecursionError) as problem:
        raise HostError('internal', '%s is not valid JSON: it was damaged or edited' % path,
                        hint=hint or 'inspect the file, but do not remove it: its content may be needed'
                        ) from problem
    except OSError as problem:
        raise HostError('internal', 'cannot read %s: %s' % (path, problem.strerror)) from problem


def make_dir(path, mode=0o700):
    """Creates a directory, or checks that it is root's and not a symlink, and sets this mode. Parents must exist.

    With mode None a new directory is closed to others, and an existing one keeps its mode.
    """
    with full_disk_reported(path):
        try:
            os.mkdir(path, 0o700)
            fsync_dir(os.path.dirname(path))
        except FileExistsError:
            pass
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as problem:
            raise _not_ours(path) from problem
        try:
            seen = os.fstat(descriptor)
            if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
                raise _not_ours(path)
            if mode is not None and stat.S_IMODE(seen.st_mode) != mode:
                os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)


def _not_ours(path):
    return HostError('internal', "refused: %s is not a directory of root's (a symlink, a file, or another's)" % path,
                     hint='find out who put it there, and move it away')


def replace_symlink(link, target):
    """Points `link` at `target` atomically; the link exists at every moment."""
    directory = os.path.dirname(link)
    temporary = '%s/%s%s' % (directory, TEMPORARY, os.urandom(8).hex())
    with full_disk_reported(link):
        os.symlink(target, temporary)
        try:
            os.rename(temporary, link)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        fsync_dir(directory)


def remove_file(path):
    """Removes a file if it exists."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)


def remove_tree(path):
    """Removes a directory and everything below it; a symlink is removed, never followed.

    A container may have nested directories deeper than the stack or the descriptor limit allows. So each directory
    found is first moved to the top and then emptied.
    """
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            return
        top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        while True:
            names = os.listdir(top)
            for name in names:
                _remove_below(top, name)
            if not names:
                break
    finally:
        os.close(top)
    with contextlib.suppress(FileNotFoundError):
        os.rmdir(path)


def _remove_below(top, name):
    """Removes one entry of the directory `top`; the contents of a directory are moved into `top`."""
    if _unlinked(top, name):
        return
    below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=top)
    try:
        for inner in os.listdir(below):
            if not _unlinked(below, inner):
                os.rename(inner, TEMPORARY + os.urandom(8).hex(), src_dir_fd=below, dst_dir_fd=top)
    finally:
        os.close(below)
    os.rmdir(name, dir_fd=top)


def _unlinked(directory, name):
    """Unlinks an entry; returns False for a directory, which unlink does not remove."""
    try:
        os.unlink(name, dir_fd=directory)
    except IsADirectoryError:
        return False
    except FileNotFoundError:
        pass
    return True


def sweep_temporary(directory):
    """Removes temporary files that a killed writer left."""
    for name in os.listdir(directory):
        if name.startswith(TEMPORARY):
            remove_file(os.path.join(directory, name))
