"""Errors for etcd's refusals and failures, used by both ways of asking it."""

import base64
import contextlib

from ..errors import HostError


RANGES = ('response_range', 'responseRange', 'ResponseRange')


class Unanswered(Exception):
    """One endpoint gave no usable answer; another one may."""


class Compacted(Exception):
    """The revision of the snapshot was compacted; the reading must start again."""


class GatewayRefused(Exception):
    """The gateway does not accept this client certificate."""


def refused(config, message, key):
    """Returns the error for a refusal in etcd's message, or None if another endpoint should be asked."""
    who = 'user %s' % config.user if config.user else 'this host'
    if 'permission denied' in message:
        return HostError('definition', 'etcd does not allow %s to read %s' % (who, key), state='nothing was touched',
                         hint="grant it: etcdctl role grant-permission ROLE --prefix=true read %s" % key)
    if 'user name is empty' in message:
        return HostError('definition', 'etcd requires authentication, and host.conf has no credentials',
                         state='nothing was touched',
                         hint='set user and password-file, or cert and key, in [etcd] of host.conf')
    if 'authentication failed' in message or 'invalid user ID or password' in message:
        return HostError('unavailable', 'etcd refuses the user name or the password of %s' % who,
                         state='nothing was touched',
                         hint='check user and password-file in [etcd] of host.conf')
    return None


def unanswered(config, reasons):
    """Returns the error for a question that no endpoint answered."""
    lines = '\n'.join('  %s: %s' % each for each in reasons) or '  no time was left to ask'
    return HostError('unavailable', 'etcd gave no answer within %g s:\n%s' % (config.timeout, lines),
                     state='nothing was touched',
                     hint='running apps are not affected; rollback does not need etcd')


@contextlib.contextmanager
def shaped(what):
    """Turns what a malformed answer causes in its block into HostError('unavailable')."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise HostError('unavailable', 'etcd answered with something that is not %s' % what,
                        state='nothing was touched') from problem


def pairs(answer):
    """Returns the [(key, value)] of an answer, in bytes."""
    return [(base64.b64decode(each['key'], validate=True), base64.b64decode(each.get('value', ''), validate=True))
            for each in answer.get('kvs', ())]


def found(answer):
    """Returns all pairs in the answer to a transaction."""
    return [pair for each in _ranges(answer) for pair in pairs(each)]


def revisions(answer):
    """Returns (the id of the cluster, {key: the revision of its last change}) of the answer to a range."""
    return '%x' % int(answer['header']['cluster_id']), _revisions(answer)


def swapped(answer, key, value):
    """Returns (whether the key now has the value, its revision) from the answer to a transaction of `swap`.

    An answer may be lost after etcd has done it, and the question repeated: then the key has the value already.
    """
    if answer.get('succeeded'):
        return True, 0 if value is None else int(answer['header']['revision'])
    name = key.encode('utf-8')
    current = dict(found(answer)).get(name)
    known = {each: revision for part in _ranges(answer) for each, revision in _revisions(part).items()}
    return current == (None if value is None else value.encode('utf-8')), known.get(name, 0)


def _ranges(answer):
    """Returns the ranges in the answer to a transaction, which the gateway and etcdctl name in different ways."""
    parts = [each.get('Response', each) for each in answer.get('responses', ())]
    return [each[name] for each in parts for name in RANGES if each.get(name)]


def _revisions(answer):
    return {base64.b64decode(each['key'], validate=True): int(each['mod_revision']) for each in answer.get('kvs', ())}
