"""`preflight`: checks everything that a deploy needs, without changing anything."""

import os
from typing import List

from .. import files, probes
from ..assets import published
from ..capacity import memory
from ..config import definition, freezes
from ..docker import credentials, images, labels
from ..docker.api import Engine
from ..env import envfile, environment
from ..errors import EXITS, HostError
from ..inspection.app_status import AppStatus
from ..nginx import candidate, process, vhost
from ..schedules import claims, timers
from ..store import runs, state, transactions
from ..transaction import disk_space, release, routing
from ..transaction.one_off import course
from ..version import PROTOCOL, VERSION


def run(call):
    return Preflight(call).run()


class Preflight:
    """Makes all checks, even after one has failed, so that an operator learns of all problems at once."""

    def __init__(self, call):
        self._call = call
        self._definition = call.definition
        self._host = definition.load_host()
        self._engine = Engine(self._host.docker)
        self._state = state.AppState(call.app)
        self._status = AppStatus(call.definition, self._host, self._engine)
        self._failed = None
        self._settings = None
        self._host_id = None    # none either before the first deploy on this host
        self._present = None    # whether the image of the request is here already
        self._labels = None     # what its labels say of its source, if it is here
        self._warnings: List[str] = []     # what does not stop a deploy, and people should know

    def run(self):
        self._check('definition', lambda: '%s, %s' % (self._definition.repository, self._parts()))
        self._check('docker', self._docker)
        if self._needs_nginx():
            self._check('nginx', self._nginx)
        self._check('paths', self._paths)
        self._check('disk', self._disk)
        snapshot = self._check('env', self._env)
        if self._definition.schedules:
            self._check('schedules', self._schedules)
        self._check('lock', self._lock)
        self._closed()
        digest = self._call.option('digest')
        if digest or self._call.option('tag'):
            if freezes.exist():
                self._check('freeze', self._freeze)
            digest = self._check('image', self._image)
        self._check('memory', lambda: self._memory(digest, snapshot))
        self._warnings.extend('a command of this app runs: ' + runs.described(one)
                              for one in course.look(self._state, self._engine)[0])
        code = EXITS[self._failed] if self._failed else 0
        self._call.output.emit(
            'preflight.finished', ok=code == 0, exit=code, digest=digest, tag=self._call.option('tag'),
            present=self._present, serving=self._serving(), env=self._difference(snapshot), lock=self._status.lock(),
            version=VERSION, protocol=PROTOCOL, last_ms=transactions.last_ms(self._state),
            release_command=self._release_command(), warnings=self._warnings, host_id=self._host_id,
            labels=self._labels, serving_labels=self._status.source() if self._status.current else None,
            held=self._status.held(), standby=True)
        return code

    def _check(self, name, look):
        """Makes one check and emits its event. A check returns its message, or (message, what it found)."""
        try:
            found = look()
        except HostError as problem:
            self._failed = self._failed or problem.kind
            self._call.output.emit('check', name=name, ok=False, message=problem.message, hint=problem.hint,
                                   kind=problem.kind)
            return None
        message, value = found if isinstance(found, tuple) else (found, None)
        self._call.output.emit('check', name=name, ok=True, message=message, hint=None)
        return value

    def _closed(self):
        """Warns of a stop, which a deploy ends, or of a maintenance, which it leaves on."""
        recorded = self._state.load()
        stopped, maintenance = recorded.get('stopped'), recorded.get('maintenance')
        if stopped:
            self._warnings.append('%s was stopped by %s at %s: a deploy puts it back in service' % (
                self._call.app, stopped['by'], stopped['since']))
        elif maintenance:
            self._warnings.append('%s is in maintenance since %s, by %s: users get 503 until somebody ends that' % (
                self._call.app, maintenance['since'], maintenance['by']))

    def _parts(self):
        """Describes what a deploy would start on this host."""
        wanted = self._definition
        web = ['%d instance(s) by %s' % (wanted.instances, wanted.connect.mode)] if wanted.vhost else ['no web part']
        return ', '.join(web + ['%d of process %s' % (each.instances, each.name) for each in wanted.processes])

    def _needs_nginx(self):
        """Returns whether a deploy would touch nginx: for a web part, or to remove an earlier virtual host."""
        return self._definition.vhost is not None or bool(vhost.read_bytes(self._host.nginx, self._call.app))

    def _docker(self):
        api = self._engine.ping()
        return 'Docker %s answers (API %s)' % (self._engine.facts('/version').get('Version'), api)

    def _nginx(self):
        self._settings = process.Settings(self._host.nginx)
        master = process.master(self._settings)
        probes.Identity(self._settings.user, self._settings.group)
        path = vhost.path_of(self._host.nginx, self._call.app)
        text = release.next_vhost(self._definition, self._settings, self._state)
        candidate.test(self._settings, path, routing.server_names(self._definition), text)
        if self._status.hand_edited() and vhost.read_bytes(self._host.nginx, self._call.app) != text:
            self._warnings.append('%s was changed by hand (or by a program such as certbot): a deploy replaces it, and '
                                  'keeps its text; what is needed belongs into [vhost] of the definition or into a '
                                  'template' % path)
        return 'nginx %s runs as process %d, its configuration is sound' % (self._settings.version_text, master.pid)

    def _paths(self):
        self._host_id = state.stored_host_id()
        wanted = self._definition
        if wanted.vhost is not None:
            self._state.check_socket_path(wanted.instances)
        definition.require_volumes(wanted)
        credentials.check(self._host.docker.config)
        if wanted.vhost is not None and not os.path.isdir(self._host.nginx.conf_dir):
            raise HostError('definition', 'there is no directory %s' % self._host.nginx.conf_dir,
                            hint='say where nginx includes virtual hosts from: [nginx] conf-dir in host.conf')
        return 'every path that the definition names is there'

    def _disk(self):
        root = disk_space.require_for_image(self._engine, self._host)
        disk_space.require_to_run()
        return 'enough room for an image: ' + files.free_space(root)

    def _memory(self, digest, snapshot):
        live = self._status.serving() and self._status.current
        if live and snapshot and (live.digest, live.env.sha256, live.fingerprint) == (
                digest, snapshot.sha256, release.fingerprint(self._definition)):
            return 'the requested image is live: no container would be started'
        balance = memory.require(self._engine, self._host, self._definition, self._state)
        if balance is None:
            return 'this host does not tell how much memory it has'
        self._warnings.extend(memory.warnings(balance))
        return memory.described(balance)

    def _env(self):
        snapshot = environment.read(self._definition, self._host)
        self._warnings.extend(snapshot.warnings)
        return '%d names from %s' % (len(snapshot.names), snapshot.source), snapshot

    def _schedules(self):
        wanted = timers.here(self._definition, self._host)
        self._warnings.extend(timers.check(wanted))
        self._warnings.extend(claims.problems(self._call.app, wanted.values(), self._host.etcd))
        return '%d of %d schedules run on this host' % (len(wanted), len(self._definition.schedules))

    def _lock(self):
        held = self._status.lock()
        if held is None:
            return 'nobody else is at work'
        raise HostError('locked', 'held by %s since %s (%s)' % (held['holder'], held['since'], held['reason']),
                        hint='wait for it, or see deployctl-host status %s' % self._call.app)

    def _freeze(self):
        emergency = self._call.option('emergency')
        freezes.require(self._call.app, 'deploy', emergency)
        if emergency is None:
            return 'deploys are not frozen now'
        return 'an emergency, which is recorded: %s' % emergency

    def _image(self):
        asked = self._call.option('digest') or self._call.option('tag')
        self._present = bool(self._call.option('digest')) and self._has(asked)
        if self._present:
            return 'here already', asked
        digest = images.resolve(self._engine, self._definition.repository, asked)
        self._present = self._has(digest)
        return 'the registry has it: %s' % digest, digest

    def _has(self, digest):
        """Returns whether the image is here, and its assets with it: a rollout pulls ahead where it is not."""
        assets = self._definition.assets
        image = images.find(self._engine, '%s@%s' % (self._definition.repository, digest))
        self._labels = labels.of(image)
        return image is not None and (assets is None or published.count(self._state, assets, digest) is not None)

    def _serving(self):
        serving = self._status.serving()
        return None if serving is None else dict(serving, healthy=self._is_healthy(self._status.current))

    def _is_healthy(self, record):
        if not record.is_web:
            return self._status.facts()['state'] in ('ok', 'busy')
        if self._settings is None:
            return False
        wanted = self._status.definition.health
        kind = wanted.type if wanted.type != 'docker' else 'tcp'
        try:
            identity = probes.Identity(self._settings.user, self._settings.group)
        except HostError:
            return False
        questions = [probes.Question(kind, address, wanted.timeout, wanted.path, wanted.host, wanted.expect,
                                     sent=wanted.headers)
                     for address in release.addresses(self._state, record)]
        return all(seen.ok for seen in probes.ask_all(questions, identity))

    def _release_command(self):
        """Returns what a rollout runs once before any host is changed, or None."""
        wanted = self._definition.release
        if wanted is None:
            return None
        took = [facts.get('ms') for _, facts in runs.every(self._state)
                if facts.get('kind') == 'release' and facts.get('exit') == 0]
        return {'command': list(wanted.command), 'check': list(wanted.check) or None,
                'last_ms': took[-1] if took else None}

    def _difference(self, snapshot):
        """Returns the names in the environment that a deploy would add, remove and change."""
        current = self._status.current
        stored = self._state.release_env(current.id) if current else None
        if snapshot is None or stored is None:
            return None
        return envfile.difference(stored['values'], snapshot.values)
