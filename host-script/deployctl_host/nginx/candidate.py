"""What nginx says of its configuration as it would be with another text in one file's place, which is not touched.

A copy of the main file stands beside it for that moment, under a name that nothing includes: in place of the pattern
that brings in the virtual hosts it names each of them, and the candidate among them.
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
# A copy that is older was left by somebody who was killed.
ABANDONED = 3600


def test(settings, path, server_names, text):
    """As configuration.test would, were `text` (bytes) at `path`. Where that cannot be told before, as it is now."""
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
    """The main file's text with the candidate in the place of `path`; None where it does not include that itself."""
    try:
        text = files.read_bytes(conf).decode('utf-8', 'surrogateescape')
    except (OSError, HostError):
        return None         # a link, most likely: what it leads to has relative names of its own
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
