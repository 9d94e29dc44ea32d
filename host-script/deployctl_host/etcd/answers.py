"""What etcd may answer that is no value: words for a caller, whichever way the question went."""

from ..errors import HostError


class Unanswered(Exception):
    """One endpoint gave no usable answer; another may."""


class Compacted(Exception):
    """The revision that was begun with is no longer there: begin again."""


class GatewayRefused(Exception):
    """The gateway does not take this client certificate."""


def refused(config, message, key):
    """What etcd's own word for a refusal means here, or None when another endpoint is worth asking."""
    who = 'user %s' % config.user if config.user else 'this host'
    if 'permission denied' in message:
        return HostError('definition', 'etcd does not let %s read %s' % (who, key), state='nothing was touched',
                         hint="grant it: etcdctl role grant-permission ROLE --prefix=true read %s" % key)
    if 'user name is empty' in message:
        return HostError('definition', 'etcd wants to know who reads, and host.conf says nothing',
                         state='nothing was touched',
                         hint='set user and password-file, or cert and key, in [etcd] of host.conf')
    if 'authentication failed' in message or 'invalid user ID or password' in message:
        return HostError('unavailable', 'etcd refuses the name or the password of %s' % who,
                         state='nothing was touched',
                         hint='check user and password-file in [etcd] of host.conf')
    return None


def unanswered(config, reasons):
    """The one error for all endpoints together."""
    lines = '\n'.join('  %s: %s' % each for each in reasons) or '  no time was left to ask'
    return HostError('unavailable', 'etcd gave no answer within %g s:\n%s' % (config.timeout, lines),
                     state='nothing was touched',
                     hint='what runs goes on running; rollback needs no etcd')
