"""Reads ranges of keys from etcd v3, at one revision, within one deadline.

Uses the HTTP gateway, or etcdctl with a client certificate that has a CommonName, which the gateway refuses. Reads are
always linearizable, so that stale values are never used.
"""

import os
import time

from .. import trust
from ..errors import HostError
from .answers import GatewayRefused


class Reader:
    """One read of etcd: all its ranges share a deadline and a backend."""

    def __init__(self, config):
        if not config.endpoints:
            raise HostError('definition', 'this app reads its environment from etcd, but host.conf names no endpoints',
                            state='nothing was touched', hint='set endpoints in [etcd] of host.conf')
        self._config = config
        self._password = _password(config)
        for name in ('ca', 'cert', 'key'):
            _present(name, getattr(config, name))
        self._deadline = time.monotonic() + config.timeout
        self._backend = None

    def range(self, key, range_end=None, revision=None):
        """Returns (revision, [(key, value)]) of one key, or of all from `key` up to `range_end`, in bytes."""
        return self._asked(lambda backend: backend.range(key, range_end, revision))

    def revisions(self, key, range_end):
        """Returns (the id of the cluster, {key in bytes: the revision of its last change}) of a range of keys."""
        return self._asked(lambda backend: backend.revisions(key, range_end))

    def _asked(self, question):
        if self._backend is None:
            from .gateway import Gateway
            self._backend = Gateway(self._config, self._password, self._deadline)
        try:
            return question(self._backend)
        except GatewayRefused:
            from .etcdctl import Etcdctl
            self._backend = Etcdctl(self._config, self._password, self._deadline)
            return question(self._backend)


class Writer(Reader):
    """Writes keys, over the same connection as `Reader`. Raises the same HostErrors as reading."""

    def put(self, key, value):
        """Writes a text value."""
        self._asked(lambda backend: backend.put(key, value))

    def grant(self, seconds):
        """Grants a lease, which ends after so many seconds, and with it the keys that were put under it."""
        return self._asked(lambda backend: backend.grant(seconds))

    def revoke(self, lease):
        """Ends a lease, which removes its keys."""
        self._asked(lambda backend: backend.revoke(lease))

    def put_if_absent(self, wanted):
        """Puts all of [(key, value, lease)], or none if one of the keys exists. Returns the pairs that exist, in
        bytes: an empty list if it has put them.

        An answer may be lost after etcd has done it, so the caller recognizes its own value among them.
        """
        return self._asked(lambda backend: backend.put_if_absent(wanted))

    def swap(self, key, value, revision):
        """Puts a text value, or deletes the key with None, if the key was last changed at `revision` (0: is absent).

        Returns (whether the key now has the value, the revision of its last change).
        """
        return self._asked(lambda backend: backend.swap(key, value, revision))

    def may_put(self, key):
        """Raises HostError if etcd would not let us put this key. Puts nothing."""
        self._asked(lambda backend: backend.may_put(key))


def below(prefix):
    """Returns the range_end of a prefix, which must end in '/', or else web would include web2."""
    if not prefix.endswith('/'):
        raise ValueError('not a prefix that ends in /: %r' % prefix)
    return prefix[:-1] + '0'


def _password(config):
    if not config.user:
        return None
    _present('password-file', config.password_file)
    text = trust.read(config.password_file, secret=True).decode('utf-8', 'replace')
    password = text[:-1] if text.endswith('\n') else text
    if not password or '\n' in password or '\0' in password:
        raise HostError('definition', 'etcd.password-file: %s does not hold one line' % config.password_file)
    return password


def _present(name, path):
    """Checks a file of [etcd] before it is used. Certificates may be symlinks, secrets may not."""
    if path is None:
        return
    secret = name in ('key', 'password-file')
    try:
        trust.check(path if secret else os.path.realpath(path), secret=secret)
    except FileNotFoundError as problem:
        raise HostError('definition', 'etcd.%s: there is no %s' % (name, path), state='nothing was touched',
                        hint='put it there, or correct [etcd] in host.conf') from problem
