"""Finds every mistake in a set of operators' files, with the readers that all other verbs use."""

import contextlib
from typing import Dict, List

from .. import paths, trust
from ..balancer import site
from ..config import definition, freezes
from ..env import envfile, lint
from ..errors import HostError
from ..store import state
from ..transaction import removal
from ..transaction.scope import Scope
from . import managed, virtual_hosts

SHOWN = 100


def find(compared, warn):
    """Returns the mistakes, one a line, each beginning with the name of its file."""
    return _Search(compared, warn).run()


class _Search:
    """The checks of one set, which all use the files of the set in place of those on disk."""

    def __init__(self, compared, warn):
        self._compared = compared
        self._contents = compared.given.contents
        self._warn = warn
        self._found: List[str] = list(compared.untrusted)
        self._definitions: Dict[str, definition.AppDefinition] = {}

    def run(self):
        sound_before = self._sound(self._compared.unmanaged)
        with trust.in_place_of_disk(self._compared.contents()):
            self._read_definitions()
            self._read_environments()
            for name in sound_before:
                with self._noted(name):
                    definition.load_app(managed.app_of(name))
            with self._noted(managed.FREEZES):
                freezes.load()
            with self._noted(managed.HOST_CONF):
                host = definition.load_host()
                self._removed(host)
                self._balancer(host)
                self._found += virtual_hosts.mistakes(host, self._definitions, self._warn)
        found = list(dict.fromkeys(self._found))
        return found[:SHOWN] + (['and %d more' % (len(found) - SHOWN)] if len(found) > SHOWN else [])

    @contextlib.contextmanager
    def _noted(self, name):
        """Turns a mistake that ends its block into mistakes of a file."""
        try:
            yield
        except HostError as problem:
            if problem.kind != 'definition':
                raise
            self._found += of_error(name, problem)

    def _read_definitions(self):
        for name in sorted(self._contents):
            app = managed.app_of(name)
            if app is not None:
                with self._noted(name):
                    self._definitions[app] = definition.load_app(app)

    def _read_environments(self):
        for name in sorted(self._contents):
            if managed.kind_of(name) is managed.ENVIRONMENT:
                self._found += ['%s: %s' % (name, text) for text in self._environment(name)]

    def _environment(self, name):
        """Returns what is wrong in an env file, without a value."""
        app = managed.app_of(name, managed.ENVIRONMENT)
        known = set(definition.list_apps()) - set(self._compared.removed_apps) | {
            managed.app_of(each) for each in self._contents}
        if name != managed.COMMON_ENV and app not in known:
            return ['there is no %s' % managed.definition_of(app)]
        variables, complaints = envfile.parse(self._contents[name])
        allowed = {each for reader in self._definitions.values() if name == managed.COMMON_ENV or reader.app == app
                   for each in reader.env.allow}
        return complaints + [text for text in (lint.complaint(each, value, allowed) for each, value in sorted(
            variables.items())) if text]

    def _removed(self, host):
        """Refuses to remove the definition of an app that has something on this host."""
        for app in self._compared.removed_apps:
            if virtual_hosts.is_live(app, self._warn):
                what = 'is live on this host'
            else:
                traces = self._traces(app, host)
                if not traces:
                    continue
                what = 'is still on this host (%s)' % ', '.join(traces)
            self._found.append('%s: %s %s; deployctl-host remove %s first, or keep its definition' % (
                managed.definition_of(app), app, what, app))

    def _balancer(self, host):
        """Has nginx check what `[balancer]` asks for; where there is no nginx, that is only a warning."""
        try:
            site.check(host)
        except HostError as problem:
            if problem.kind == 'definition':
                self._found.append('%s: [balancer]: %s (%s)' % (managed.HOST_CONF, problem.message, problem.hint))
            else:
                self._warn('balancer', problem.message)

    def _traces(self, app, host):
        if not state.knows_host_id():       # nothing was ever deployed here
            return []
        return removal.traces(Scope(definition.stand_in(app), host, self._warn))

    @staticmethod
    def _sound(names):
        """Returns those definitions on this host that can be loaded as everything is now."""
        sound = []
        for name in names:
            with contextlib.suppress(HostError):
                definition.load_app(managed.app_of(name))
                sound.append(name)
        return sound


def of_error(name, problem):
    """Returns the mistakes that an error about a file names, as lines that begin with a name of a file."""
    found = []
    for line in problem.message.split('\n'):
        below = line[len(paths.ETC) + 1:] if line.startswith(paths.ETC + '/') else ''
        found.append(below if managed.kind_of(below.partition(':')[0]) else '%s: %s' % (name, line))
    return found
