"""`env-set` and `env-unset`: change one variable at the source of an app's environment.

The value is on standard input.
"""

import os

from ..config import definition
from ..env import editing, lint, targets
from ..errors import HostError
from ..store import env_changes, state

INPUT = 0
READ_ONLY = {
    'ssm': ('the environment of %s comes from Systems Manager parameters, which deployctl-host only reads',
            'aws ssm put-parameter --overwrite --type SecureString --name PATH --value file://FILE'),
    'secretsmanager': ('the environment of %s comes from Secrets Manager, which deployctl-host only reads',
                       'aws secretsmanager put-secret-value --secret-id ID --secret-string file://FILE'),
    'none': ('the definition of %s says that it has no environment (source = none)', 'change [env] source first'),
}


def run(call):
    host = definition.load_host()
    name, setting = call.option('name'), call.request.verb == 'env-set'
    app_state = state.AppState(call.app)
    target = targets.of(call.definition, host, env_changes.token_key())
    if target is None:
        what, hint = READ_ONLY[call.definition.env.source]
        raise HostError('usage', what % call.app, state='nothing was touched', hint=hint)
    value = _value(bool(call.option('until-nul'))) if setting else None
    try:
        edit = editing.apply(call.definition, host, target, name, value, call.option('expect'),
                             bool(call.option('check')))
    except targets.Changed as changed:
        raise _conflict(app_state, name, changed.token) from None
    if edit.outcome in ('set', 'unset'):
        env_changes.record(app_state, name, call.caller.name, edit.token)
    call.output.emit('env.edited', app=call.app, name=name, outcome=edit.outcome, source=call.definition.env.source,
                     where=target.where, token=edit.token, still=edit.still, warnings=list(edit.warnings))
    return 0


def _value(until_nul):
    """Reads the value. With `until_nul` a NUL ends it, without which it counts as cut off."""
    if os.isatty(INPUT):
        raise HostError('usage', 'the value is read from standard input, which is a terminal',
                        state='nothing was touched', hint='put it into a file that only you can read, and add < FILE')
    data = b''
    while len(data) <= lint.VALUE_LIMIT + 1:
        piece = os.read(INPUT, 65536)
        if not piece:
            break
        data += piece
    if until_nul:
        if not data.endswith(b'\0'):
            raise HostError('usage', 'the value on standard input is incomplete, or longer than %d KiB' % (
                lint.VALUE_LIMIT // 1024), state='nothing was touched', hint='try again')
        return data[:-1]
    if not data:
        raise HostError('usage', 'standard input has no value', state='nothing was touched',
                        hint="to set an empty value: printf '\\0' | deployctl-host env-set ... --until-nul")
    return data


def _conflict(app_state, name, token):
    change = env_changes.known(app_state, {name: token}).get(name)
    who = ' by %s at %s' % (change['by'], change['ts']) if change else (
        ' (etcd revision %s)' % token[1:] if token.startswith('r') else '')
    what = 'removed' if token == targets.ABSENT else 'changed'
    return HostError('locked', '%s was %s%s after it was read' % (name, what, who), state='nothing was touched',
                     hint='look at it (env-list), then try again')
