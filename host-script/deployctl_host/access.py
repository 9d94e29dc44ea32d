"""Identifies the caller and checks that they may deploy the app.

sudo admits a group; the app's definition lists the deployers.
"""

import grp
import os
import pwd
import re
from typing import NamedTuple, Optional

from . import origin
from .errors import HostError


class Caller(NamedTuple):
    """The person who made the call, according to sudo; `client` is the SSH client's address, if known."""

    name: str
    uid: int
    client: Optional[str] = None


def caller():
    """Returns the caller. SUDO_USER can be trusted because only root gets this far."""
    if os.geteuid() != 0:
        raise HostError('not-allowed', 'deployctl-host must run as root', state='nothing was touched',
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
        raise _forged(name, 'SUDO_UID is not the id of this user')
    return Caller(name, known, _client())


def require(definition, caller):
    """Admits root and the app's deployers; raises HostError('not-allowed') for anybody else."""
    if may(definition.deployers, caller):
        return
    raise HostError('not-allowed', '%s may not deploy %s' % (caller.name, definition.app), state='nothing was touched',
                    hint='deployers of %s are: %s; an operator can change them in the definition of the app' % (
                        definition.app, ', '.join(definition.deployers)))


def require_editor(definition, caller):
    """Admits root and the editors of the app's environment; raises HostError('not-allowed') for anybody else."""
    if may(definition.env.editors, caller):
        return
    editors = ', '.join(definition.env.editors) or 'root alone'
    raise HostError('not-allowed', '%s may not change the environment of %s' % (caller.name, definition.app),
                    state='nothing was touched', hint='editors of its environment are: %s; an operator can change '
                    '[env] editors in the definition of the app' % editors)


def may(allowed, caller):
    """Returns True for root, and for a caller whom a list of users and %groups names."""
    if caller.uid == 0 or caller.name in allowed:
        return True
    groups = [name[1:] for name in allowed if name.startswith('%')]
    if not groups:
        return False
    member_of = _groups_of(caller)
    return any(_group_id(name) in member_of for name in groups)


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
    """Returns the client's address, only if it has the form of one: a caller may set the variable and must not be
    able to write arbitrary text into the audit log.
    """
    address = os.environ.get('SSH_CLIENT', os.environ.get('SSH_CONNECTION', '')).partition(' ')[0]
    if re.fullmatch(r'[0-9a-fA-F.:]{2,45}(%[A-Za-z0-9_.-]{1,15})?', address):
        return address
    return origin.address()


def _forged(name, reason):
    return HostError('not-allowed', 'sudo says the caller is %s, but %s' % (ascii(name[:64]), reason),
                     state='nothing was touched')
