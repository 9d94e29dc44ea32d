"""`console`: opens a terminal in a new container of the live release, never in one that serves users.

Operators choose what may be started. No argument of the caller reaches a shell: the command is compared with the
definition as a whole, and its words are the container's arguments.
"""

import os

from ..errors import HostError
from ..store import runs, state
from ..transaction import targets
from ..transaction.one_off import course, terminal
from .run import ready

# What a command in a terminal gets to end after SIGHUP.
STOP_TIMEOUT = 5.0


def run(call):
    words = _command(call.definition, call.request.words)
    if call.definition.console_reason and call.option('reason') is None:
        raise HostError('usage', 'a console of %s requires --reason' % call.app, state='nothing was touched',
                        hint='deployctl-host console %s --reason="why you need it"' % call.app)
    if not (os.isatty(0) and os.isatty(1)):
        raise HostError('usage', 'console requires a terminal as standard input and output',
                        state='nothing was touched', hint='ssh -t HOST sudo deployctl-host console %s' % call.app)
    app_state = state.AppState(call.app)
    targets.recorded(app_state)
    engine = ready(call, app_state)
    identity = course.begin(app_state, runs.OneOff(
        'console', words, call.caller.name, call.definition.console_timeout, STOP_TIMEOUT, client=call.caller.client,
        reason=call.option('reason')))
    return terminal.session(app_state, identity, call.output, engine)


def _command(wanted, words):
    """Returns the command to start. HostError('not-allowed') if no line of [app] consoles is exactly that."""
    listed = '; '.join(' '.join(command) for command in wanted.consoles) or 'none'
    if words and words not in wanted.consoles or not wanted.consoles:
        raise HostError('not-allowed', 'the definition of %s does not allow the console: %s' % (
            wanted.app, ' '.join(words) or '(the default)'), state='nothing was touched',
            hint='allowed are: %s ([app] consoles)' % listed)
    return words or wanted.consoles[0]
