"""Tests nginx's configuration with a new text for one file, without touching that file.

For the test, a copy of the main file is written beside it, under a name that nothing includes. In the copy, the include
pattern of the virtual hosts is replaced by their names, with the candidate among them.
"""

import contextlib
import fnmatch
import glob
import os
import re
import time

from .. import files, paths
from ..errors import HostError
from . import configuration, inclusion

INCLUDE = re.compile(r'^([ \t]*)include[ \t]+([^\s;"\']+)[ \t]*;', re.MULTILINE)
PLAIN = re.compile(r'[A-Za-z0-9_./@:+,=~-]+')
NAME = '.deployctl-check-'
# An older copy was left by a killed process.
ABANDONED = 3600


def test(settings, path, server_names, text):
    """Tests like `configuration.test`, as if `text` (bytes) were at `path`. If the main file does not allow that, tests
    the configuration as it is.
    """
    candidate = '%s/%s%s.conf' % (paths.RUN, os.path.basename(path), os.getpid())
    main = with_candidate(settings.conf, path, candidate)
    if main is None:
        configuration.test(settings, path, server_names)
        inclusion.require(settings, path)
        return None
    copy = '%s/%s%d.conf' % (os.path.dirname(settings.conf), NAME, os.getpid())
    files.make_dir(paths.RUN)
    _sweep(os.path.dirname(copy))
    try:
        files.write_atomic(candidate, text)
        files.write_atomic(copy, main.encode('utf-8', 'surrogateescape'))
        return configuration.test(settings, path, server_names, copy, {candidate: path, copy: settings.conf})
    finally:
        for name in (candidate, copy):
            with contextlib.suppress(OSError):
                files.remove_file(name)


def with_candidate(conf, path, candidate):
    """Returns the main file's text with the candidate in place of `path`; None if it does not include it directly."""
    try:
        text = files.read_bytes(conf).decode('utf-8', 'surrogateescape')
    except (OSError, HostError):
        return None         # probably a symlink, to a file with relative names of its own
    found = []

    def replaced(match):
        pattern = os.path.normpath(os.path.join(os.path.dirname(conf), match.group(2)))
        if os.path.dirname(pattern) != os.path.dirname(path) or not fnmatch.fnmatch(
                os.path.basename(path), os.path.basename(pattern)):
            return match.group(0)
        names = sorted(set(glob.glob(pattern)) | {path})
        found.extend(names)
        return match.group(1) + ' '.join('include %s;' % (candidate if name == path else name) for name in names)
    text = INCLUDE.sub(replaced, text)
    return text if found and all(PLAIN.fullmatch(name) for name in found) else None


def _sweep(directory):
    for name in os.listdir(directory):
        if name.startswith((NAME, files.TEMPORARY)):
            with contextlib.suppress(OSError):
                if time.time() - os.stat(os.path.join(directory, name)).st_mtime > ABANDONED:
                    files.remove_file(os.path.join(directory, name))
