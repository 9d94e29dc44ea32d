"""Reads an app's environment from etcd: the keys directly below each root and its includes, all at one revision."""


from .. import regex
from ..errors import HostError
from ..etcd import answers, client

INCLUDE = '.include'
DEPTH = 10
FETCHES = 100
PREFIX = regex.lazy(r'/(?:[A-Za-z0-9._@-]+/)+')


def read(roots, config, may_be_empty=False, without=None):
    """Returns (revision, variables as bytes, {variable: its prefix}).

    Roots merge left to right, an include before its includer; later values override. `without` is a (prefix, variable)
    that is passed over.
    """
    for _ in range(2):
        try:
            return _Reading(client.Reader(config), may_be_empty, without).merge(roots)
        except answers.Compacted:
            continue
    raise HostError('unavailable', 'etcd was compacted while it was being read, twice', state='nothing was touched',
                    hint='try again')


class _Reading:
    """A snapshot being read: the first answer fixes the revision, and every directory is fetched once."""

    def __init__(self, reader, may_be_empty, without):
        self._reader = reader
        self._may_be_empty = may_be_empty
        self._without = without
        self._revision = None
        self._known = {}

    def merge(self, roots):
        values, origins = {}, {}
        for root in roots:
            parent = root.rstrip('/').rpartition('/')[0]
            if not self._directory(root) and not self._may_be_empty:
                raise HostError('definition', 'etcd has no keys below %s' % root, state='nothing was touched',
                                hint='correct roots in [env] of the definition, or fill that prefix')
            for directory in self._order(root, parent, ()):
                values.update(self._directory(directory))
                origins.update(dict.fromkeys(self._directory(directory), directory))
        values.pop(INCLUDE, None)
        origins.pop(INCLUDE, None)
        return self._revision, values, origins

    def _order(self, root, parent, path):
        """Returns the directories depth first, includes before their includer, like etcenv."""
        if root in path:
            raise _wrong('%s includes itself (%s)' % (root, ' -> '.join(path[path.index(root):] + (root,))))
        if len(path) >= DEPTH:
            raise _wrong('%s: includes more than %d deep' % (path[0], DEPTH))
        path += (root,)
        order = []
        for name in self._includes(root):
            order += self._order(self._resolve(name, parent, root), parent, path)
            if len(order) > FETCHES:
                raise _wrong('%s: more than %d includes' % (path[0], FETCHES))
        return order + [root]

    def _includes(self, root):
        listed = self._directory(root).get(INCLUDE, b'').decode('ascii', 'replace')
        return [name.strip() for name in listed.split(',') if name.strip()]

    def _resolve(self, name, parent, root):
        included = (name if name.startswith('/') else '%s/%s' % (parent, name)).rstrip('/') + '/'
        if not PREFIX.fullmatch(included) or '..' in included.split('/'):
            raise _wrong('%s%s names something that is not an etcd prefix' % (root, INCLUDE))
        if not self._directory(included) and not name.endswith('/'):
            self._known[included] = self._single(included[:-1])
        if not self._directory(included):
            raise _wrong('%s%s names %s, where etcd has no keys' % (root, INCLUDE, included))
        return included

    def _directory(self, prefix):
        if prefix not in self._known:
            if len(self._known) >= FETCHES:
                raise _wrong('more than %d roots and includes' % FETCHES)
            self._known[prefix] = self._children(prefix)
        return self._known[prefix]

    def _children(self, prefix):
        found = {}
        for key, value in self._range(prefix, client.below(prefix)):
            name = key[len(prefix):].decode('utf-8', 'backslashreplace')
            if '/' not in name and (prefix, name) != self._without:
                found[name] = value
        return found

    def _single(self, key):
        """Reads an include that is a single key instead of a directory."""
        return {key.rpartition('/')[2]: value for _, value in self._range(key, None)}

    def _range(self, key, range_end):
        revision, pairs = self._reader.range(key, range_end, self._revision)
        if self._revision is None:
            self._revision = revision
        start = key.encode('utf-8')
        if any(not found.startswith(start) for found, _ in pairs):
            raise HostError('unavailable', 'etcd answered with keys that were not asked for',
                            state='nothing was touched')
        return pairs


def _wrong(message):
    return HostError('definition', message, state='nothing was touched', hint='fix that key in etcd')
