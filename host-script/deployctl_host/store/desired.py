"""Reads and writes the desired release of an app: recorded by rollouts in etcd, or by an operator in a file."""

import json

from .. import events, paths, patterns, trust
from ..errors import HostError


def key(app):
    return '/deploy/apps/%s/desired' % app


def read(app, etcd_config):
    """Returns {digest, tag, source}, or None if nothing is recorded. The operator's file takes precedence."""
    try:
        text = trust.read(paths.desired(app), limit=4096).decode('ascii', 'replace').strip()
    except FileNotFoundError:
        return _from_etcd(app, etcd_config) if etcd_config.endpoints else None
    if not patterns.matches('digest', text):
        raise _wrong(paths.desired(app), 'it should be one line: sha256:...')
    return {'digest': text, 'tag': None, 'source': paths.desired(app)}


def _from_etcd(app, config):
    from ..etcd import client
    found = client.Reader(config).range(key(app))[1]
    if not found:
        return None
    try:
        content = json.loads(found[0][1].decode('utf-8'))
        digest, tag = content['digest'], content.get('tag')
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise _wrong('etcd ' + key(app), 'it should be JSON with a digest') from problem
    if not isinstance(digest, str) or not patterns.matches('digest', digest):
        raise _wrong('etcd ' + key(app), 'its digest is not valid')
    sound = isinstance(tag, str) and patterns.matches('tag', tag)
    return {'digest': digest, 'tag': tag if sound else None, 'source': 'etcd ' + key(app)}


def write(app, config, digest, tag, rollout, by):
    """Records the release of a rollout in etcd. Raises HostError if that fails."""
    from ..etcd import client
    content = {'digest': digest, 'tag': tag, 'rollout': rollout, 'by': by, 'at': events.now()}
    try:
        client.Writer(config).put(key(app), json.dumps(content, sort_keys=True))
    except HostError as problem:
        if problem.kind != 'definition':
            raise
        raise HostError('definition', 'etcd does not allow this host to write %s (%s)' % (key(app), problem.message),
                        hint='grant it: etcdctl role grant-permission ROLE readwrite %s' % key(app)) from problem


def _wrong(where, why):
    return HostError('definition', 'the recorded release in %s cannot be read: %s' % (where, why),
                     hint='correct or remove it')
