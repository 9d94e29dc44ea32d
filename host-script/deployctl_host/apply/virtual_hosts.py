"""Asks nginx about the virtual hosts that live apps would get from new definitions, while nothing live changes."""

from ..errors import HostError
from ..nginx import candidate, configuration, process, vhost
from ..store import state
from ..transaction import release
from . import managed


def mistakes(host, definitions, warn):
    """Returns what is wrong with the virtual hosts of these definitions ({app: definition}).

    All new texts are tested together, so that two apps may exchange a server name. What is wrong with nginx's present
    configuration too is only a warning: these files cannot be the cause.
    """
    web = {app: wanted for app, wanted in definitions.items() if wanted.vhost is not None}
    live = [app for app in web if is_live(app, warn)]
    settings = _settings(host, live) if web else None
    if settings is None:
        return []
    found, texts = [], {}
    for app, wanted in sorted(web.items()):
        try:
            text = release.next_vhost(wanted, settings, state.AppState(app))
        except HostError as problem:
            if problem.kind != 'definition':    # its record is damaged, which is no mistake in these files
                continue
            found.append('%s: %s' % (managed.definition_of(app), problem.message))
            continue
        if app in live:
            texts[vhost.path_of(host.nginx, app)] = text
    return found + (_tested(settings, web, host, texts, warn) if texts and not found else [])


def is_live(app, warn):
    """Returns whether a release of an app is live or stopped here. A record that cannot be read is a warning."""
    try:
        return bool(state.AppState(app).load().get('current'))
    except HostError as problem:
        warn('recover', '%s: %s' % (app, problem.message))
        return False


def _settings(host, live):
    """Returns nginx's settings, or None if there is no nginx and no app needs one yet."""
    try:
        return process.Settings(host.nginx)
    except HostError:
        if live:
            raise
        return None


def _tested(settings, web, host, texts, warn):
    names = [name for wanted in web.values() for name in wanted.vhost.server_name]
    try:
        candidate.test_all(settings, names, texts)
        return []
    except HostError as problem:
        message = problem.message
    try:
        configuration.test(settings, None, names)
    except HostError as present:
        if present.message == message:
            warn('nginx', '%s; this is so without these files too' % message)
            return []
    return ['%s: %s' % (', '.join(map(managed.definition_of, _owners(web, host, message))) or 'nginx', message)]


def _owners(web, host, message):
    """Returns the apps whose virtual host or server name a message of nginx names."""
    words = message.replace(':', ' ').split()
    return sorted(app for app, wanted in web.items() if vhost.path_of(host.nginx, app) in words or
                  set(wanted.vhost.server_name) & set(words))
