"""Determines an app's state on this host from the record, the running containers and nginx. Changes nothing."""

from .. import events, lock, sockets
from ..docker import containers, images, labels
from ..errors import HostError
from ..nginx import vhost
from ..schedules import timers
from ..store import held, runs, state, vhost_history, web_part
from ..transaction import rebuild, rebuild_release, release
from ..transaction.one_off import course
from ..transaction.processes import instances
from . import process_status

NO_RESTARTS = {'restarts': 0, 'restarted': None}


class AppStatus:
    """The state of one app, read once."""

    def __init__(self, definition, host, engine, trouble=None):
        self.wanted = self.definition = definition
        self.host = host
        self.app = definition.app
        self.engine = engine
        self.state = state.AppState(definition.app)
        self.drift = []
        self.recorded = self._recorded()
        self.current = self.state.release(self.recorded.get('current'))
        if self.current is not None:    # what is live may have a web part that the definition has no more
            self.definition = web_part.restored(definition, self.current.web)
        self._trouble = trouble     # why nginx leads to no app at all, or None
        self.led = True         # True if nginx's file and the symlink lead to the recorded release
        self._found = None      # the containers that do not retire, if Docker answered
        self._unknown = False   # Docker did not answer; the release that nginx leads to may be serving nevertheless

    def _recorded(self):
        """Returns the app's record. If it does not say what is live, returns what it should say and notes drift."""
        try:
            why = 'it has no record of a live release' if rebuild.is_lost(self) else None
            if why is None:
                found = self.state.load()
                if self.state.release(found.get('current')) is not None or found.get('current') is None:
                    return found
                why = 'the record of release %s is missing' % found['current']
        except HostError as problem:
            why = problem.message
        self.drift.append('the record of this app does not tell what is live (%s): '
                          'deployctl-host recover %s rebuilds it' % (why, self.app))
        found = rebuild.reconstruct(self.state, self.host.nginx, self._kept_running())
        if self.state.sound_release(found['current']) is None:
            found['current'] = None
        return found

    def _kept_running(self):
        try:
            return rebuild_release.kept_running(self)
        except HostError as problem:
            self.drift.append(problem.message)
            return None

    def facts(self):
        """Returns the fields of a `status` event."""
        retiring = process_status.retiring_now(self)
        running, restarts, memory = self._containers()
        wanted = self.current.instances if self.current else self.definition.instances
        processes = process_status.facts(self, self._found)
        self._leads()
        commands, unknown = course.look(self.state, self.engine)
        if unknown and unknown not in self.drift:
            self.drift.append(unknown)
        self._timers()
        holder = self.lock()
        return {
            'app': self.definition.app, 'state': self._state(running, wanted, processes, holder),
            'serving': self.serving(),
            'previous': self._previous(), 'instances': dict({'running': running, 'wanted': wanted}, **restarts),
            'maintenance': _who(self.recorded.get('maintenance')), 'stopped': _who(self.recorded.get('stopped')),
            'connections': self._connections(),
            'mode': self.current.mode if self.current else release.mode(self.definition),
            'lock': holder, 'drift': self.drift, 'memory': memory,
            'runs': [runs.brief(one) for one in commands],
            'processes': processes, 'retiring': retiring, 'held': self.held()}

    def held(self):
        """Returns the held release, or None."""
        found = held.load(self.state)
        return found.brief() if found else None

    def _timers(self):
        """Notes timers that are not as the live release needs them."""
        stopped = self.recorded.get('stopped')
        try:
            found = timers.differences(self.app, timers.here(None if stopped else self.current, self.host))
        except HostError as problem:
            found = {'': problem.message}
        self.drift.extend(found.values())

    def serving(self):
        if self.current is None or self.recorded.get('stopped'):
            return None
        found = self.current.brief()
        found.update((name, self.recorded.get(name)) for name in ('since', 'by', 'rollout', 'verb'))
        told = self.source()
        return found if told is None else dict(found, labels=told)

    def source(self):
        """Returns what is recorded of the source of the live image, or what its labels say; None if that is not known.

        Releases of earlier versions have no record of it.
        """
        if self.current.labels is not None:
            return dict(self.current.labels)
        try:
            return labels.of(images.find(self.engine, release.local_image(self.current)))
        except HostError:   # without Docker there is nothing to say
            return None

    def _previous(self):
        record = self.state.sound_release(self.recorded.get('previous'))
        return record.brief() if record else None

    def _containers(self):
        """Returns (number of running instances, their restarts, their memory) and notes drift."""
        if self.current is None:
            return 0, NO_RESTARTS, None
        try:
            found = instances.staying(self.state, lambda: containers.find(
                self.engine, state.host_id(), self.definition.app))
        except HostError as problem:
            self.drift.append(problem.message)
            self._unknown = True
            return 0, NO_RESTARTS, None
        running = extra = 0
        self._found = found
        for one in found:
            of, up = one['Labels'][containers.RELEASE], one['State'] == 'running'
            if of == self.current.id and containers.process_of(one) is not None:
                extra += up
            elif of == self.current.id:
                running += up
                if not up and not self.recorded.get('stopped'):
                    self.drift.append('instance %s is %s' % (one['Labels'][containers.INSTANCE], one['Status'].lower()))
            elif up and not self.busy and of != held.release_of(self.state):
                self.drift.append('a container of release %s runs, which is not live: '
                                  'deployctl-host recover %s stops it' % (of, self.app))
        ours = [one for one in containers.web(found) if one['Labels'][containers.RELEASE] == self.current.id]
        wanted = self.current.instances
        if len(ours) < wanted and not self.recorded.get('stopped'):
            self.drift.append('%d of %d containers are missing' % (wanted - len(ours), wanted))
        if running + extra and self.recorded.get('stopped') and not self.busy:
            self.drift.append('%d containers run although the app is stopped: deployctl-host recover %s stops them' % (
                running + extra, self.definition.app))
        return running, self.restarts(ours), self._memory(ours)

    def restarts(self, ours):
        """Returns the restarts of the instances: a container in a restart loop is mostly seen running."""
        if self.recorded.get('stopped'):
            return NO_RESTARTS
        try:
            seen = [containers.inspect(self.engine, one['Id']) for one in ours]
        except HostError as problem:
            self.drift.append(problem.message)
            return NO_RESTARTS
        ended = [one for one in seen if one and one.get('RestartCount')]
        return {'restarts': sum(one['RestartCount'] for one in ended),
                'restarted': max((one['State']['StartedAt'][:23] + 'Z' for one in ended), default=None)}

    def _memory(self, ours):
        if not self.current.is_web:
            return None
        used = [containers.memory(one['Id']) for one in ours if one['State'] == 'running']
        known = [amount for amount in used if amount is not None]
        limit = self.definition.resources.memory * self.current.instances
        return {'limit': limit, 'used': sum(known) if known else None}

    def _connections(self):
        if self.current is None:
            return 0
        if self.current.mode == 'port':
            return sockets.established(self.current.ports)
        return sockets.accepted(self.state.socket(self.current.id, number) for number in self.current.numbers)

    def _leads(self):
        """Notes drift if nginx's file or the symlink does not lead to the recorded release, and sets `led`."""
        if self.current is None or self.busy:
            return
        if not self.current.is_web:
            self._is_withdrawn()
            return
        if self._trouble:
            self.drift.append(self._trouble)
        text = vhost.read(self.host.nginx, self.definition.app)
        mode, named = vhost.parse_mark(text)
        shut = 'stopped' if self.recorded.get('stopped') else 'maintenance' if self.recorded.get(
            'maintenance') else None
        before = len(self.drift)
        if mode is None:
            self.drift.append('the virtual host of this app is %s' % ('not from deployctl-host' if text else 'missing'))
        elif (self.state.pointed_at() if mode == 'socket' else named) != self.current.id:
            self.drift.append('nginx does not lead to the recorded release')
        elif vhost.parse_closed(text) != shut:
            self.drift.append('the virtual host of this app is %s, and should be %s' % (
                vhost.parse_closed(text) or 'open', shut or 'open'))
        self.led = len(self.drift) == before
        if self.hand_edited():
            self.drift.append('%s was changed by hand: the next deploy replaces it and keeps a copy; put changes into '
                              '[vhost] of the definition or into a template' % (
                                  vhost.path_of(self.host.nginx, self.definition.app)))

    def _is_withdrawn(self):
        """Notes drift if an app without a web part has a virtual host."""
        if vhost.read(self.host.nginx, self.definition.app):
            self.drift.append('%s is there, although the live release has no web part: deployctl-host recover %s '
                              'removes it' % (vhost.path_of(self.host.nginx, self.app), self.app))

    def has_users(self):
        """Returns whether the live release, or nginx in its place, answers requests of users."""
        return self.current is not None and self.current.is_web

    def hand_edited(self):
        """Returns True if the virtual host was edited by hand; None if it was written before texts were recorded."""
        text = vhost.read_bytes(self.host.nginx, self.definition.app)
        ours = vhost_history.is_ours(self.state, text)
        return bool(text) and (ours is False or ours is None and self.current is None)

    @property
    def busy(self):
        return lock.Lock(self.definition.app).busy()

    def lock(self):
        """Returns who has locked the app: a running transaction, or the holder of a deploy lock."""
        app_lock = lock.Lock(self.definition.app)
        held = self._deploy_lock()
        if app_lock.busy():
            about = app_lock.holder()
            reason = (held or {}).get('reason') or about.get('verb')
            return {'holder': about.get('holder'), 'since': about.get('since'), 'reason': reason,
                    'step': about.get('step'), 'rollout': about.get('rollout'), 'lock': None}
        if held is None:
            return None
        return {'holder': held['holder'], 'since': held['since'], 'reason': held.get('reason'), 'step': None,
                'rollout': None, 'lock': held['lock']}

    def _deploy_lock(self):
        """Returns the deploy lock. One whose file is damaged counts as held, by an unknown holder."""
        try:
            return self.state.deploy_lock()
        except HostError as problem:
            self.drift.append('%s: %s' % (problem.message, problem.hint))
            return {'holder': 'not known', 'since': events.now(), 'reason': 'its file is damaged', 'lock': None}

    def _state(self, running, wanted, processes, holder):
        if holder is not None and holder['rollout']:
            return 'busy'
        if self.current is None:
            return 'none'
        if self.recorded.get('stopped'):
            return 'stopped'
        if self.recorded.get('maintenance'):
            return 'maintenance'
        if not self.current.is_web:
            running, wanted = (sum(each[name] for each in processes) for name in ('running', 'wanted'))
        if running == 0 and not self._unknown and (wanted or self.current.is_web):
            return 'down'
        return 'degraded' if self.drift or running < wanted else 'ok'


def _who(record):
    """Returns since when and by whom, or None."""
    return {'since': record['since'], 'by': record['by']} if record else None
