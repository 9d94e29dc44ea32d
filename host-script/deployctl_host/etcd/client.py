"""Reads ranges of keys from etcd v3, at one revision, within one deadline.

By the HTTP gateway where that is possible; by etcdctl where a client certificate with a CommonName rules the gateway
out (etcd refuses it there). A read is always linearizable: rather no answer than an old one.
"""

import os
import time

from .. import trust
from ..errors import HostError
from .answers import GatewayRefused


class Reader:
    """One reading of etcd: all its ranges share a deadline, and a backend once chosen stays."""

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
        """(revision, [(key, value)]) of one key, or of all from `key` up to `range_end`; keys and values are bytes."""
        if self._backend is None:
            from .gateway import Gateway
            self._backend = Gateway(self._config, self._password, self._deadline)
        try:
            return self._backend.range(key, range_end, revision)
        except GatewayRefused:
            from .etcdctl import Etcdctl
            self._backend = Etcdctl(self._config, self._password, self._deadline)
            return self._backend.range(key, range_end, revision)


class Writer(Reader):
    """The same connection, to write one key."""

    def put(self, key, value):
        """Both are text. HostError as reading gives it."""
        if self._backend is None:
            from .gateway import Gateway
            self._backend = Gateway(self._config, self._password, self._deadline)
        try:
            self._backend.put(key, value)
        except GatewayRefused:
            from .etcdctl import Etcdctl
            Etcdctl(self._config, self._password, self._deadline).put(key, value)


def below(prefix):
    """The range_end of a prefix that ends in '/': without the slash, web would read web2 as well."""
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
    """Trusts a file of [etcd] before anybody opens it. Certificates are often symlinks; secrets may not."""
    if path is None:
        return
    secret = name in ('key', 'password-file')
    try:
        trust.check(path if secret else os.path.realpath(path), secret=secret)
    except FileNotFoundError as problem:
        raise HostError('definition', 'etcd.%s: there is no %s' % (name, path), state='nothing was touched',
                        hint='put it there, or correct [etcd] in host.conf') from problem
