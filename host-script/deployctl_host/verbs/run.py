"""`run`: runs one command that the definition allows, in a new container.

Operators choose the commands, and the environment is the app's, so a developer can add nothing. The command goes on
when its caller is gone: a migration is not cut when a laptop is closed.
"""

from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..store import runs, state
from ..transaction import targets
from ..transaction.one_off import course, follower


def run(call):
    allowed(call.definition, call.request.words)
    app_state = state.AppState(call.app)
    tag, digest = call.option('tag') or call.option('from-tag'), call.option('digest')
    if tag is None and digest is None:
        targets.recorded(app_state)
    engine = ready(call, app_state)
    wanted = call.definition
    identity = course.begin(app_state, runs.OneOff(
        'run', call.request.words, call.caller.name, wanted.command_timeout, wanted.drain.stop_timeout,
        client=call.caller.client, tag=tag, digest=digest))
    return follower.follow(app_state, identity, call.output, engine)


def ready(call, app_state):
    """Begins a call that starts a command: tells about the commands of the app that run now. Returns the Docker client.
    """
    engine = Engine(definition.load_host().docker)
    engine.ping()
    call.begin()
    course.sweep(app_state, engine)
    for facts in course.under_way(app_state, engine):
        call.output.emit('warning', code='run', message='another command of %s runs: %s' % (
            call.app, runs.described(facts)))
    return engine


def allowed(wanted, words):
    """Raises HostError('not-allowed') for a command that no line of [app] commands allows."""
    for command in wanted.commands:
        if words == command or command[-1] == '*' and words[:len(command) - 1] == command[:-1]:
            return
    listed = '; '.join(' '.join(command) for command in wanted.commands) or 'none'
    raise HostError('not-allowed', 'the definition of %s does not allow: %s' % (wanted.app, ' '.join(words)),
                    state='nothing was touched', hint='allowed are: %s ([app] commands)' % listed)
