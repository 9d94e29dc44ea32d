"""Finds registry credentials in the host's own config.json, written by `docker login`, or from a credential helper."""

import base64
import json

from .. import programs, regex, trust
from ..errors import HostError

HELPER = regex.lazy(r'[a-z0-9][a-z0-9-]{0,63}')
HUB = 'https://index.docker.io/v1/'
HELPER_PLACES = ('/usr/bin', '/usr/local/bin')
HELPER_TIMEOUT = 30.0


def registry_of(repository):
    """Returns the registry host of an image repository, by Docker's rule."""
    first, slash, _ = repository.partition('/')
    if slash and ('.' in first or ':' in first or first == 'localhost'):
        return first
    return 'docker.io'


def find(config_dir, repository):
    """Returns {'sent': credentials for a repository or None, 'helper': a credential helper that had none}."""
    registry = registry_of(repository)
    path = config_dir + '/config.json'
    config = load(path)
    names = [HUB, 'index.docker.io', 'docker.io'] if registry == 'docker.io' else [
        registry, 'https://' + registry, 'https://%s/v1/' % registry, 'https://%s/v2/' % registry]
    helpers = config.get('credHelpers') or {}
    for name in names:
        if name in helpers:
            return _of_helper(helpers[name], name)
    stored = (_ask_helper(config['credsStore'], name) for name in names if config.get('credsStore'))
    auths = config.get('auths') or {}
    plain = (_plain(auths[name], registry, path) for name in names if auths.get(name))
    sent = next((found for source in (stored, plain) for found in source if found), None)
    if sent is None and config.get('credsStore'):
        return {'sent': None, 'helper': _program('docker-credential-' + config['credsStore'])}
    return {'sent': sent, 'helper': None}


def _of_helper(helper, name):
    sent = _ask_helper(helper, name)
    return {'sent': sent, 'helper': None if sent else _program('docker-credential-' + helper)}


def header(config_dir, repository):
    """Returns the value of X-Registry-Auth for a repository; anonymous if there are no credentials."""
    return encoded(find(config_dir, repository))


def encoded(known):
    """Returns the value of X-Registry-Auth for a result of `find`."""
    return base64.urlsafe_b64encode(json.dumps(known['sent'] or {}).encode()).decode('ascii')


def load(path):
    """Returns the content of config.json, {} if there is none. With credentials in it, only root may be able to read
    it.
    """
    try:
        config = json.loads(trust.read(path))
    except FileNotFoundError:
        return {}
    except ValueError as problem:
        raise HostError('definition', '%s is not JSON' % path) from problem
    if not isinstance(config, dict):
        raise HostError('definition', '%s is not a JSON object' % path)
    for name, kind in (('auths', dict), ('credHelpers', dict), ('credsStore', str)):
        if not isinstance(config.get(name) or kind(), kind):
            raise HostError('definition', '%s: %s is not what Docker writes there' % (path, name))
    if any((config.get('auths') or {}).values()):
        trust.check(path, secret=True)
    return config


def check(config_dir):
    """Checks the file as a pull will, without running a credential helper."""
    load(config_dir + '/config.json')


def _plain(entry, registry, path):
    found = {'serveraddress': registry}
    if not isinstance(entry, dict):
        raise HostError('definition', '%s: the entry for %s cannot be read' % (path, registry))
    if entry.get('identitytoken'):
        found['identitytoken'] = entry['identitytoken']
    if entry.get('auth'):
        try:
            user, colon, password = base64.b64decode(entry['auth']).decode().partition(':')
        except (ValueError, TypeError) as problem:
            raise HostError('definition', '%s: the entry for %s cannot be read' % (path, registry)) from problem
        found.update(username=user, password=password.rstrip('\0'))
    elif entry.get('username'):
        found.update(username=entry['username'], password=entry.get('password', ''))
    return found if len(found) > 1 else None


def _ask_helper(name, server):
    """Runs docker-credential-NAME, which only root may be able to write."""
    if not isinstance(name, str) or not HELPER.fullmatch(name):
        raise HostError('definition', 'the credential helper %r has an unusable name' % (name,))
    program = _program('docker-credential-' + name)
    done = programs.run([program, 'get'], timeout=HELPER_TIMEOUT, input=server)
    if done.exit != 0:
        if 'credentials not found' in done.stdout + done.stderr:
            return None
        said = done.stderr if done.stderr.strip() or '{' in done.stdout else done.stdout
        why = ' '.join(word for word in said.split() if word.isprintable())[-300:]
        raise HostError('unavailable', 'the credential helper %s failed with %d%s' % (
            program, done.exit, ': ' + why if why else ''),
            hint='run it as root to see why: echo %s | %s get' % (server, program))
    try:
        answer = json.loads(done.stdout)
        user, secret = answer['Username'], answer['Secret']
    except (ValueError, KeyError, TypeError):
        raise HostError('unavailable', '%s printed no credentials that can be read' % program) from None
    found = {'serveraddress': server}
    found.update({'identitytoken': secret} if user == '<token>' else {'username': user, 'password': secret})
    return found


def _program(name):
    for place in HELPER_PLACES:
        path = '%s/%s' % (place, name)
        try:
            trust.check(path)
        except FileNotFoundError:
            continue
        return path
    raise HostError('unavailable', 'there is no %s in %s' % (name, ' or '.join(HELPER_PLACES)),
                    hint='install it, or use `auths` in config.json')
