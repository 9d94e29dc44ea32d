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

from .. import files, paths, regex
from ..errors import HostError
from . import configuration, inclusion

INCLUDE = regex.lazy(r'^([ \t]*)include[ \t]+([^\s;"\']+)[ \t]*;', re.MULTILINE)
PLAIN = regex.lazy(r'[A-Za-z0-9_./@:+,=~-]+')
NAME = '.deployctl-check-'
VANISHED = regex.lazy(r'open\(\) "([^"]+)" failed \(2: ')
TRIES = 5
# An older copy was left by a killed process.
ABANDONED = 3600


def test(settings, path, server_names, text):
    """Tests like `configuration.test`, as if `text` (bytes) were at `path`. If the main file does not allow that, tests
    the configuration as it is.
    """
    if not _together(settings, path, server_names, {path: text}):
        inclusion.require(settings, path)


def test_all(settings, server_names, texts):
    """Makes the same test with several new texts, {path: bytes}, in place at once."""
    _together(settings, None, server_names, texts)


def _together(settings, path, server_names, texts):
    """Makes the test, again if another app's file is removed meanwhile. Returns False if the main file does not allow
    a test with the new texts.
    """
    candidates = _candidates(texts)
    for left in reversed(range(TRIES)):
        main = with_candidates(settings.conf, candidates)
        try:
            if main is None:
                configuration.test(settings, path, server_names)
            else:
                _test(settings, path, server_names, main, candidates, texts)
            break
        except HostError as problem:
            missing = VANISHED.search(problem.message)
            if left == 0 or missing is None or os.path.lexists(missing.group(1)):
                raise
    return main is not None


def _candidates(names):
    """Returns {path: that of its candidate}."""
    return {path: '%s/%s%s.conf' % (paths.RUN, os.path.basename(path), os.getpid()) for path in names}


def _test(settings, path, server_names, main, candidates, texts):
    copy = '%s/%s%d.conf' % (os.path.dirname(settings.conf), NAME, os.getpid())
    files.make_dir(paths.RUN)
    _sweep(os.path.dirname(copy))
    try:
        for name, text in texts.items():
            files.write_atomic(candidates[name], text)
        files.write_atomic(copy, main.encode('utf-8', 'surrogateescape'))
        called = {candidate: name for name, candidate in candidates.items()}
        configuration.test(settings, path, server_names, copy, dict(called, **{copy: settings.conf}))
    finally:
        for name in (*candidates.values(), copy):
            with contextlib.suppress(OSError):
                files.remove_file(name)


def with_candidates(conf, candidates):
    """Returns the main file's text with each candidate in place of its path; None if it does not include all of these
    paths directly.
    """
    try:
        text = files.read_bytes(conf).decode('utf-8', 'surrogateescape')
    except (OSError, HostError):
        return None         # probably a symlink, to a file with relative names of its own
    included, placed = [], set()

    def replaced(match):
        pattern = os.path.normpath(os.path.join(os.path.dirname(conf), match.group(2)))
        matching = {path for path in candidates if os.path.dirname(pattern) == os.path.dirname(path) and
                    fnmatch.fnmatch(os.path.basename(path), os.path.basename(pattern))}
        if not matching:
            return match.group(0)
        names = sorted(set(glob.glob(pattern)) | matching)
        included.extend(names)
        placed.update(matching)
        return match.group(1) + ' '.join('include %s;' % candidates.get(name, name) for name in names)
    text = INCLUDE.sub(replaced, text)
    return text if placed == set(candidates) and all(PLAIN.fullmatch(name) for name in included) else None


def _sweep(directory):
    for name in os.listdir(directory):
        if name.startswith((NAME, files.TEMPORARY)):
            with contextlib.suppress(OSError):
                if time.time() - os.stat(os.path.join(directory, name)).st_mtime > ABANDONED:
                    files.remove_file(os.path.join(directory, name))
