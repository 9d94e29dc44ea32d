"""Who calls, and whether this app is theirs to deploy. sudo lets a group in; the app's definition says who of them."""

import grp
import os
import pwd
import re
from typing import NamedTuple, Optional

from . import origin
from .errors import HostError


class Caller(NamedTuple):
    """The person behind the call, as sudo vouches for it; `client` is an SSH client's address, where it is known."""

    name: str
    uid: int
    client: Optional[str] = None


def caller():
    """Who calls. Root's own word for SUDO_USER counts only because nobody but root gets as far as this."""
    if os.geteuid() != 0:
        raise HostError('not-allowed', 'deployctl-host works as root alone', state='nothing was touched',
                        hint='call it as: sudo -n deployctl-host ...')
    name = os.environ.get('SUDO_USER')
    if name is None:
        return Caller('root', 0, _client())
    uid = os.environ.get('SUDO_UID', '')
    try:
        known = pwd.getpwnam(name).pw_uid
    except (KeyError, ValueError) as problem:
        raise _forged(name, 'there is no such user') from problem
    if not re.fullmatch('[0-9]{1,10}', uid) or known != int(uid):
        raise _forged(name, 'SUDO_UID is not that of this user')
    return Caller(name, known, _client())


def require(definition, caller):
    """Passes root and the app's deployers; HostError('not-allowed') for everybody else."""
    if caller.uid == 0 or caller.name in definition.deployers:
        return
    groups = [name[1:] for name in definition.deployers if name.startswith('%')]
    if groups:
        member_of = _groups_of(caller)
        if any(_group_id(name) in member_of for name in groups):
            return
    raise HostError('not-allowed', '%s may not deploy %s' % (caller.name, definition.app), state='nothing was touched',
                    hint='deployers of %s are: %s; an operator changes that in the definition of the app' % (
                        definition.app, ', '.join(definition.deployers)))


def _groups_of(caller):
    try:
        return frozenset(os.getgrouplist(caller.name, pwd.getpwnam(caller.name).pw_gid))
    except KeyError:
        return frozenset()


def _group_id(name):
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def _client():
    """The address alone, and only if it looks like one: whoever may set this variable may not write into our log."""
    address = os.environ.get('SSH_CLIENT', os.environ.get('SSH_CONNECTION', '')).partition(' ')[0]
    if re.fullmatch(r'[0-9a-fA-F.:]{2,45}(%[A-Za-z0-9_.-]{1,15})?', address):
        return address
    return origin.address()


def _forged(name, reason):
    return HostError('not-allowed', 'sudo says the caller is %s, but %s' % (ascii(name[:64]), reason),
                     state='nothing was touched')
