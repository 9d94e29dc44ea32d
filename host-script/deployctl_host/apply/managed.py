"""The operators' files that `apply` replaces: their names, and their places on this host."""

import json
import os
from typing import NamedTuple, Pattern

from .. import files, paths, patterns, regex, trust
from ..env import envfile
from ..store import env_changes


class Kind(NamedTuple):
    """A kind of file: its name in an archive and below /etc/deployctl, and what holds for each."""

    name: Pattern[str]
    limit: int = trust.LIMIT
    secret: bool = False

    @property
    def mode(self):
        return 0o600 if self.secret else 0o644


HOST_CONF = 'host.conf'
FREEZES = 'freezes.conf'
COMMON_ENV = 'env/common.env'
DEFINITION = Kind(regex.lazy('apps/(%s)\\.conf' % patterns.APP))
TEMPLATE = Kind(regex.lazy('templates/([A-Za-z0-9][A-Za-z0-9._-]{0,79})\\.conf'))
ENVIRONMENT = Kind(regex.lazy('env/(%s)\\.env' % patterns.APP), envfile.LIMIT, True)
KINDS = (Kind(regex.lazy('host\\.conf')), Kind(regex.lazy('freezes\\.conf')), DEFINITION, TEMPLATE, ENVIRONMENT)
DIRECTORIES = {'apps': 0o755, 'templates': 0o755, 'env': 0o700}


def kind_of(name):
    """Returns the kind of a file, or None for a name that is none of theirs."""
    return next((kind for kind in KINDS if kind.name.fullmatch(name)), None)


def app_of(name, kind=DEFINITION):
    """Returns the app whose definition (or env file) has this name, or None."""
    match = kind.name.fullmatch(name)
    return match.group(1) if match else None


def definition_of(app):
    return 'apps/%s.conf' % app


def env_of(app):
    return 'env/%s.env' % app


def place(name):
    """Returns the path of a file on this host."""
    return '%s/%s' % (paths.ETC, name)


def name_of(path):
    """Returns the name of a file at a path, or None if `apply` does not manage it."""
    below = os.path.relpath(path, paths.ETC)
    return below if kind_of(below) else None


def read(name):
    """Returns the content of a file on this host, or None without one. HostError if it cannot be trusted."""
    kind = kind_of(name)
    try:
        return trust.read(place(name), kind.secret, kind.limit)
    except FileNotFoundError:
        return None


def make_directories():
    """Creates the directories that are missing; refuses those that are not root's."""
    for name, mode in DIRECTORIES.items():
        path = place(name)
        files.make_dir(path, None if os.path.lexists(path) else mode)


def hashes_of(contents):
    """Returns {name: hash} of files. Those of env files are keyed with a secret of this host, because developers see
    what is made of them, and could test guesses at a value.
    """
    import hashlib  # imported here because they load OpenSSL
    import hmac
    return {name: hmac.new(env_changes.token_key(), content, 'sha256').hexdigest() if kind_of(name).secret else
            hashlib.sha256(content).hexdigest() for name, content in contents.items()}


def hash_of_all(contents):
    """Returns one hash of files, with their names."""
    import hashlib
    return hashlib.sha256(json.dumps(hashes_of(contents), sort_keys=True).encode('ascii')).hexdigest()
