"""`release`: runs the release command of a rollout from its image, before any host switches; once per rollout.

Asked again for the same rollout, it follows the command that runs, or tells the result of the one that has ended. It
starts it again only if it was certainly never started. `--check` runs the definition's check instead, any number of
times.
"""

from ..config import definition, freezes
from ..docker.api import Engine
from ..errors import HostError
from ..store import deploy_lock, runs, state
from ..transaction.one_off import course, follower
from .run import ready


def run(call):
    app_state = state.AppState(call.app)
    kind = 'check' if call.option('check') else 'release'
    command = call.definition.release
    words = (command.check if kind == 'check' else command.command) if command else ()
    rollout = call.option('rollout')
    recorded = runs.read(app_state, runs.identity_of(kind, rollout)) if kind == 'release' else None
    if recorded is not None and not runs.may_start_again(recorded):
        return _follow_recorded(call, app_state, recorded)
    if not words:
        call.output.emit('run.finished', exit=0, release=None, container='', ms=0, run=None, kind=kind,
                         rollout=rollout, schedule=None, none=True)
        return 0
    if kind == 'release':
        freezes.require(call.app, call.request.verb, call.option('emergency'))
        deploy_lock.require(app_state, call.option('lock'))
    engine = ready(call, app_state)
    if recorded is not None:
        call.warn('run', 'the release command of rollout %s was asked for at %s and never started%s: it is started '
                  'now' % (rollout, recorded['ts'], ' (%s)' % recorded['error'] if recorded.get('error') else ''))
    identity = course.begin(app_state, runs.OneOff(
        kind, words, call.caller.name, command.timeout, call.definition.drain.stop_timeout, client=call.caller.client,
        digest=call.option('digest'), tag=call.option('from-tag'), rollout=rollout, lock=call.option('lock'),
        reason=call.option('emergency')))
    return follower.follow(app_state, identity, call.output, engine)


def _follow_recorded(call, app_state, recorded):
    if recorded['digest'] != call.option('digest'):
        raise HostError('usage', 'the release command of rollout %s belongs to %s, not to %s' % (
            recorded['rollout'], recorded['digest'], call.option('digest')), state='nothing was touched',
            hint='a rollout has one image; use another rollout id')
    return follower.follow(app_state, recorded['run'], call.output, Engine(definition.load_host().docker))
