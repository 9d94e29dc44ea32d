"""The keeper of a one-off command: starts it, stops it at its time limit, records its end, removes its container.

It is a process of its own, and goes on whoever dies. It alone records the end; if it is killed, the next call for the
app starts another keeper, or records what Docker tells.
"""

import contextlib
import signal
import time
from typing import Optional

from ... import audit, events, lock
from ...config import definition
from ...docker import containers, one_off
from ...docker.api import DockerError, Engine
from ...errors import HostError
from ...store import deploy_lock, run_locks, runs, state
from .. import recover
from . import course, preparation

LOOK = 0.5
# How long Docker may take to tell the end of a container that it describes as ended.
TELLING = 5.0
# How long the caller of a console may take to connect its terminal.
CONNECTING = 15.0
# How long readers may read the output after the command has ended.
READING = 60.0
# If Docker has not started a command after this time, although it was asked to, it does not run.
NEVER = 30.0
# A daemon that does not answer for so long was stopped on purpose. The next call settles the command.
GIVE_UP = 3600.0


def main(app, identity):
    """Keeps one command to its end. Returns 0; what went wrong is in the record."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    app_state = state.AppState(app)
    keeping, app_lock = run_locks.Keeping(app_state, identity), lock.Lock(app)
    if not keeping.take(runs.TAKE_WITHIN):
        return 0
    keeping.sign()
    facts = runs.read(app_state, identity)
    if facts is None or facts['ended']:
        return 0
    if not facts.get('begun') and not _started(app_state, facts, app_lock):
        return 0
    if facts.get('begun') and facts['kind'] == 'release' and app_lock.take(runs.TAKE_WITHIN):
        app_lock.describe(describe(facts))
    host = definition.load_host()
    try:
        _keep(app_state, _answering(host), identity, app_lock)
    except HostError as problem:
        return problem.exit     # the container stays until the next call records its end
    _audit(app_state, identity, 'ended')
    _clean_up(app_state, _answering(host), identity)
    return 0


def _started(app_state, facts, app_lock):
    """Starts the command. Returns False if it was not started; the record tells why."""
    try:
        host = definition.load_host()
        _start(app_state, host, Engine(host.docker), facts, app_lock)
        return True
    except HostError as problem:
        refusal = problem
    except Exception as problem:
        if (runs.read(app_state, facts['run']) or {}).get('begun'):
            raise
        refusal = HostError('internal', 'a defect: %s' % type(problem).__name__, state='the command was not started',
                            hint='report it to the maintainers')
    app_lock.release()
    runs.refuse(app_state, facts['run'], refusal)
    _audit(app_state, facts['run'], 'refused')
    runs.close(app_state, facts['run'])
    return False


def describe(facts):
    """Describes a release command to callers that find the app locked."""
    return {'holder': facts['by'], 'verb': 'release command of rollout ' + facts['rollout'], 'run': facts['run'],
            'rollout': facts['rollout'], 'since': facts['ts']}


def _answering(host):
    """Returns an engine once the daemon answers."""
    begun = time.monotonic()
    while True:
        engine = Engine(host.docker)
        try:
            engine.ping()
            return engine
        except HostError:
            if time.monotonic() - begun > GIVE_UP:
                raise SystemExit(0) from None
            time.sleep(LOOK)


def _start(app_state, host, engine, facts, app_lock):
    """Starts the command. After an error nothing of it is left; HostError says why it was not started."""
    identity, asked = facts['run'], False
    engine.ping()
    wanted = definition.load_app(app_state.app)
    if facts['kind'] == 'release':
        _acquire(app_state, wanted, host, facts, app_lock)
    if facts.get('again'):
        one_off.remove(engine, app_state.app, identity)
    try:
        prepared = preparation.prepare(app_state, wanted, host, engine, facts)
        container = preparation.create(app_state, wanted, engine, identity, facts, prepared)
        runs.update(app_state, identity, container=container, warnings=list(prepared.warnings), boot=runs.boot(),
                    begun=events.now(), deadline=runs.now() + facts['timeout'], **prepared.facts)
        if facts['kind'] == 'console':
            _await_terminal(app_state, identity)
        _audit(app_state, identity, 'started')
        asked = True
        containers.start(engine, container)
    except DockerError as problem:
        _remove(app_state, engine, identity)
        raise HostError('release-failed', 'Docker cannot start the command: %s' % problem.message) from problem
    except HostError:
        if asked:
            return      # Docker did not answer to the start: what became of it is seen when it answers again
        _remove(app_state, engine, identity)
        raise


def _await_terminal(app_state, identity):
    """Waits until the caller has connected its terminal to the container, so that it sees the first output."""
    begun = time.monotonic()
    while run_locks.read_by_nobody(app_state, identity):
        if time.monotonic() - begun > CONNECTING:
            raise HostError('unavailable', 'the caller of the console was disconnected before it was started',
                            state='the command was not started')
        time.sleep(0.02)


def _acquire(app_state, wanted, host, facts, app_lock):
    """Acquires the app's lock, as a transaction does, so that nothing changes the app meanwhile."""
    if not app_lock.take(runs.TAKE_WITHIN):
        raise lock.busy_error(app_state.app, app_lock.holder())
    app_lock.describe(describe(facts))
    deploy_lock.require(app_state, facts.get('lock'))
    recover.settle_locked(app_state.app, wanted, host, app_lock)


def _remove(app_state, engine, identity):
    with contextlib.suppress(HostError):    # what cannot be removed now is removed by a later `prune`
        one_off.remove(engine, app_state.app, identity)


def _keep(app_state, engine, identity, app_lock):
    """Watches the command to its end, and records it."""
    seen, lost, signals = _watch(app_state, engine, runs.read(app_state, identity))
    app_lock.release()      # whoever reads the record of the end may change the app
    course.record_end(app_state, engine, identity, seen, lost=lost, signals=signals)


def _watch(app_state, engine, facts):
    """Waits for the end of the command, and stops it at its limit.

    Returns (Docker's description of the container or None, whether Docker was stopped or restarted when it ended, the
    signals that others had Docker send to it).
    """
    identity, container = facts['run'], facts['container']
    begun, stopping = time.monotonic(), False
    silent: Optional[float] = None
    observer: Optional[one_off.Observer] = None
    while True:
        try:
            seen = containers.inspect(engine, container)
            if seen is None or course.is_created(seen) and time.monotonic() - begun > NEVER:
                return seen, False, ()
            if observer is None or one_off.is_running(seen) and observer.ended.is_set():
                observer = one_off.Observer(engine, container)
            if not one_off.is_running(seen) and not course.is_created(seen):
                told = observer.ended.wait(TELLING)
                return seen, told and observer.broken, () if stopping else tuple(observer.signals)
            why = None if stopping else _reason_to_stop(app_state, facts)
            if why:
                runs.update(app_state, identity, stopping=why)      # first, so that it is known why it ends
                stopping = True
            if stopping and not one_off.stop(engine, container, facts['stop_timeout']):
                runs.update(app_state, identity, stopping=None)          # it had ended by itself
            silent = None
            observer.ended.wait(LOOK)
        except HostError:   # the daemon may be restarting: the command still has to be watched
            silent = silent or time.monotonic()
            if time.monotonic() - silent > GIVE_UP:
                raise SystemExit(0) from None
            time.sleep(LOOK)


def _reason_to_stop(app_state, facts):
    if runs.now() > facts['deadline']:
        return 'timeout'
    if facts['kind'] == 'console' and run_locks.read_by_nobody(app_state, facts['run']):
        return 'hangup'
    return None


def _audit(app_state, identity, phase):
    """Writes into the audit log what became of a command, whoever of its callers is still there."""
    facts = runs.read(app_state, identity) or {}
    told = {name: facts.get(name) for name in ('run', 'kind', 'by', 'words', 'rollout', 'schedule', 'reason', 'digest',
                                               'exit', 'ms', 'error') if facts.get(name) is not None}
    audit.record(verb='run', app=app_state.app, phase=phase, client=facts.get('from'), **told)


def _clean_up(app_state, engine, identity):
    """Removes the container when nobody reads its output any more."""
    begun = time.monotonic()
    while not run_locks.read_by_nobody(app_state, identity) and time.monotonic() - begun < READING:
        time.sleep(0.02)
    with contextlib.suppress(HostError):
        one_off.remove(engine, app_state.app, identity)
        runs.close(app_state, identity)
