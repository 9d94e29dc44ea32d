"""Logs this host in to a registry: the daemon checks user and password, and config.json keeps them."""

import base64

from .. import files, regex
from ..errors import HostError
from . import api, credentials

TIMEOUT = 60.0
REGISTRY = regex.lazy(r'[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?')
USER = regex.lazy(r'[^\x00-\x1f\x7f:]{1,255}')
HUB_NAMES = ('docker.io', 'index.docker.io')


def login(docker, registry, user, password):
    """Checks the login with the registry, and writes it to config.json. Other entries are kept.

    `docker` is the [docker] section of host.conf.
    """
    if not REGISTRY.fullmatch(registry):
        raise HostError('usage', 'not the name of a registry: %r' % registry)
    if not USER.fullmatch(user):
        raise HostError('usage', 'not the name of a user of a registry: %r' % user)
    if not password:
        raise HostError('usage', 'the password for %s is empty' % registry)
    name = credentials.HUB if registry in HUB_NAMES else registry
    path = docker.config + '/config.json'
    config = credentials.load(path)
    helper = (config.get('credHelpers') or {}).get(name) or config.get('credsStore')
    if helper:
        raise HostError('definition', '%s gets the login for %s from docker-credential-%s' % (path, registry, helper),
                        'nothing was changed', 'remove that helper from the file, or log in with it')
    config['auths'] = dict(config.get('auths') or {}, **{name: _checked(docker, registry, name, user, password)})
    files.write_json(path, config)


def _checked(docker, registry, name, user, password):
    """Returns the entry for config.json of a login that the registry accepts."""
    try:
        answer = api.Engine(docker).call('POST', '/auth', timeout=TIMEOUT, body={
            'username': user, 'password': password, 'serveraddress': name})
    except api.DockerError as refused:
        raise HostError('not-allowed', 'the login to %s as %s failed: %s' % (registry, user, refused.message),
                        'nothing was changed', 'check registry, user and password') from refused
    entry = {'auth': base64.b64encode(('%s:%s' % (user, password)).encode()).decode('ascii')}
    token = (answer or {}).get('IdentityToken')
    if token:
        entry = {'auth': base64.b64encode(('%s:' % user).encode()).decode('ascii'), 'identitytoken': token}
    return entry
