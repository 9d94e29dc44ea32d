"""The places where `env-set` and `env-unset` write: the app's env file, or the last of its roots in etcd.

A token stands for the state of one variable in such a place. It changes with the value and does not show it.
"""

import contextlib
import hmac

from .. import files, lock, paths, trust
from ..errors import HostError
from ..etcd import client
from . import envfile, lint

ABSENT = 'absent'
PATIENCE = 5.0


class Changed(Exception):
    """Somebody else changed the variable; `token` is that of its present state."""

    def __init__(self, token):
        super().__init__()
        self.token = token


def of(definition, host, key):
    """Returns where variables of an app are written, or None if its source is only read. `key` is the secret of this
    host's tokens.
    """
    if definition.env.source == 'etcd':
        return EtcdTarget(definition.env.roots[-1], host.etcd)
    return FileTarget(definition.app, key) if definition.env.source == 'file' else None


class FileTarget:
    """The env file of an app, which each host has for itself."""

    store = None

    def __init__(self, app, key):
        self.where = paths.env_file(app)
        self._app = app
        self._key = key

    @contextlib.contextmanager
    def held(self):
        """Keeps other calls from changing the file."""
        alone = lock.operators_files()     # so that an `apply` does not replace what is written here unseen
        if not alone.take(PATIENCE):
            raise HostError('locked', 'another call has been changing %s for %g s' % (self.where, PATIENCE),
                            state='nothing was touched', hint='try again')
        try:
            yield
        finally:
            alone.release()

    def tokens(self):
        """Returns {name: token} of all variables that are set here."""
        found, complaints = envfile.parse(self._data())
        lint.refuse(self.where, complaints)
        return {name: self._token(name, value) for name, value in found.items()}

    def check(self, name, value):
        """Raises `lint.Refusal` if this place cannot hold a value."""
        envfile.edited(self._data(), name, value)

    def swap(self, name, value, token):
        """Sets the variable, or removes it with None, if its state still is `token`. Returns the new token."""
        current = self.tokens().get(name, ABSENT)
        if current != token:
            raise Changed(current)
        files.write_atomic(self.where, envfile.edited(self._data(), name, value), 0o600)
        return ABSENT if value is None else self._token(name, value)

    def _data(self):
        try:
            return trust.read(self.where, secret=True, limit=envfile.LIMIT)
        except FileNotFoundError:
            return b''

    def _token(self, name, value):
        # Without the key nobody can tell by a token whether a guess at the value is right.
        text = b'\0'.join((self._app.encode('ascii'), name.encode('ascii'), value))
        return hmac.new(self._key, text, 'sha256').hexdigest()[:32]


class EtcdTarget:
    """A prefix in etcd, which hosts share; a token is the revision at which etcd last changed the key."""

    def __init__(self, root, config):
        self.where = root
        self.store = None       # names the etcd and the prefix, as soon as it was read
        self._config = config

    def held(self):
        """Does nothing: etcd compares and writes in one transaction."""
        return contextlib.nullcontext()

    def tokens(self):
        cluster, revisions = client.Reader(self._config).revisions(self.where, client.below(self.where))
        self.store = 'etcd:%s:%s' % (cluster, self.where)
        start = self.where.encode('ascii')
        return {key[len(start):].decode('ascii', 'replace'): 'r%d' % revision for key, revision in revisions.items()
                if key.startswith(start) and b'/' not in key[len(start):]}

    def check(self, name, value):
        """Raises HostError if etcd would not let this host write the key."""
        self._writing(lambda writer: writer.may_put(self.where + name), name)

    def swap(self, name, value, token):
        done, revision = self._writing(lambda writer: writer.swap(
            self.where + name, None if value is None else value.decode('utf-8'),
            0 if token == ABSENT else int(token[1:])), name)
        if not done:
            raise Changed('r%d' % revision if revision else ABSENT)
        return 'r%d' % revision if revision else ABSENT

    def _writing(self, question, name):
        try:
            return question(client.Writer(self._config))
        except HostError as problem:
            if problem.kind != 'definition':
                raise
            raise HostError(
                'definition', 'etcd does not allow this host to write %s%s (%s)' % (
                    self.where, name, problem.message),
                state='nothing was touched',
                hint='grant it: etcdctl role grant-permission ROLE --prefix=true readwrite ' + self.where) from problem
