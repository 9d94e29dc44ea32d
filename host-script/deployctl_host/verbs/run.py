"""`run`: runs one command that the definition allows, in a new container of the recorded release.

Operators choose the commands, and the environment is that of the release, so a developer can add nothing. A watchdog
that outlives this call removes the container: a migration goes on when a laptop is closed.
"""

import collections
import contextlib
import os
import time
from typing import Deque

from ..config import definition
from ..docker import containers, images, logs, one_off, specification
from ..docker.api import DockerError, Engine
from ..env import environment
from ..errors import EXITS, HostError
from ..store import runs, state, transactions
from ..transaction import one_off_runs, one_off_watchdog, targets
from ..transaction.steps import pull


def run(call):
    allowed(call.definition, call.request.words)
    app_state = state.AppState(call.app)
    record = targets.recorded(app_state)
    host = definition.load_host()
    engine = Engine(host.docker)
    engine.ping()
    call.begin()
    _warn_of_others(call, engine, app_state)
    one_off.sweep(engine, state.host_id(), call.app)
    begun = time.monotonic()
    image = _image(call, engine, host, app_state, record)
    identity = os.urandom(6).hex()
    container = _create(call, engine, app_state, record, image, identity)
    runs.begin(app_state, identity, number=transactions.next_number(), container=container, by=call.caller.name,
               words=list(call.request.words), **record.brief(), **{'from': call.caller.client})
    wanted = call.definition
    watch = one_off_watchdog.start(engine, container, wanted.command_timeout, wanted.drain.stop_timeout, _end_recorder(
        engine, app_state, identity, wanted))
    lines: Deque[str] = collections.deque(maxlen=runs.LINES)
    try:
        try:
            containers.start(engine, container)
        except DockerError as problem:
            runs.cancel(app_state, identity)
            with contextlib.suppress(HostError):
                containers.remove(engine, container)    # what cannot be removed now is removed by a later `prune`
            raise HostError('release-failed', 'Docker cannot start the command: %s' % problem.message) from problem
        call.output.emit('run.started', release=record.id, container=container[:12],
                         words=list(call.request.words))
        for ts, stream, text in logs.lines(engine, container, follow=True):
            lines.append(text)
            call.output.emit('log.line', ts=ts, instance=0, release=record.id, stream=stream, line=text)
            if not call.output.open:
                break
        code = one_off.wait(engine, container)
        took = int((time.monotonic() - begun) * 1000)
        if code != 0 and one_off_watchdog.timed_out(watch):
            runs.end(app_state, identity, code, took, lines, _timeout_error(wanted))
            raise _timed_out(call, container)
        if call.output.open:
            runs.end(app_state, identity, code, took, lines)    # else the watchdog does, which reads all lines
    finally:
        watch.close()
    call.output.emit('run.finished', exit=code, release=record.id, container=container[:12], ms=took)
    return 0 if code == 0 else EXITS['release-failed']


def _warn_of_others(call, engine, app_state):
    for facts in one_off_runs.under_way(app_state, engine):
        call.output.emit('warning', code='run', message='another command of %s runs: %s' % (
            call.app, runs.described(facts)))


def _end_recorder(engine, app_state, identity, wanted):
    """Returns the function that the watchdog calls when the command has ended, to record its end."""
    def record_end(seen, timed_out):
        lines = one_off_runs.last_lines(engine, seen)
        one_off_runs.settle(app_state, identity, seen, lines, _timeout_error(wanted) if timed_out else None)
    return record_end


def _timeout_error(wanted):
    return 'it was stopped: it had not ended after %g s' % wanted.command_timeout


def _image(call, engine, host, app_state, record):
    """Returns the image of the release by its id, whatever tags others have removed from it; pulls it if it is gone."""
    found = images.find(engine, record.image)
    if found is None:
        found = pull.fetched(engine, host, app_state, call.definition.repository, record.digest)[0]
    images.tag(engine, found['Id'], call.app, record.id)
    return found['Id']


def _timed_out(call, container):
    return HostError('release-failed', 'the command was stopped: it had not ended after %g s' % (
        call.definition.command_timeout), state='what it had done by then is done; its container %s is removed' % (
            container[:12]), hint='if it needs longer, raise [app] command-timeout in the definition of %s' % call.app)


def allowed(wanted, words):
    """Raises HostError('not-allowed') for a command that no line of [app] commands allows."""
    for command in wanted.commands:
        if words == command or command[-1] == '*' and words[:len(command) - 1] == command[:-1]:
            return
    listed = '; '.join(' '.join(command) for command in wanted.commands) or 'none'
    raise HostError('not-allowed', 'the definition of %s does not allow: %s' % (wanted.app, ' '.join(words)),
                    state='nothing was touched', hint='allowed are: %s ([app] commands)' % listed)


def _at_most(wanted):
    return wanted.command_timeout + wanted.drain.stop_timeout + 2 * containers.STOP_MARGIN


def _create(call, engine, app_state, record, image, identity):
    stored = app_state.release_env(record.id)
    if stored is None:
        raise HostError('not-found', 'the env of release %s is not kept any more' % record.id,
                        hint='deployctl-host restart %s' % call.app)
    values = dict(environment.from_dict(stored).values, DEPLOYCTL_RELEASE=record.id)
    spec = specification.one_off(call.definition, image, values, call.request.words,
                                 one_off.labels(call.app, identity, state.host_id(), _at_most(call.definition)),
                                 'json-file')
    try:
        return containers.create(engine, one_off.name_of(call.app, identity), spec)
    except DockerError as problem:
        raise HostError('release-failed', 'Docker cannot make a container for the command: %s' % (
            problem.message)) from problem
