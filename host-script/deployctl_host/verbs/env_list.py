"""`env-list`: lists the names of an app's environment, where each is set, and whether the live release has it."""

from .. import access
from ..config import definition
from ..env import environment, sources, targets
from ..store import env_changes, state


def run(call):
    host = definition.load_host()
    app_state = state.AppState(call.app)
    found = sources.read(call.definition, host, may_be_empty=True)
    target = targets.of(call.definition, host, env_changes.token_key())
    tokens = target.tokens() if target else {}
    changes = env_changes.known(app_state, tokens)
    problem = environment.refusal(call.definition, found)
    now = _values(call.definition, found, problem)
    live = _live(app_state)
    names = sorted(set(found.values) | set(live or ()))
    for name in names:
        change = changes.get(name, {})
        call.output.emit('env.name', app=call.app, name=name, source=found.origins.get(name),
                         changed=change.get('ts') or found.changed.get(name), by=change.get('by'),
                         token=tokens.get(name, targets.ABSENT) if target else None,
                         live=None if live is None else _compared(name, now, live))
    where = target.where if target else found.where or None
    call.output.emit('env.listed', app=call.app, source=found.source, where=where,
                     store=target.store if target else None, names=len(names),
                     problem=problem.message if problem else None,
                     editor=target is not None and access.may(call.definition.env.editors, call.caller))
    return 0


def _values(wanted, found, problem):
    """Returns the values as an app would get them. Those of a wrong environment are compared as they are."""
    if problem is None:
        return environment.checked(wanted, found).values
    return {name: value.decode('utf-8', 'replace') for name, value in found.values.items()}


def _live(app_state):
    """Returns the values of the live release, or None if nothing is live."""
    current = app_state.load().get('current')
    stored = app_state.release_env(current) if current else None
    return None if stored is None else environment.from_dict(stored).values


def _compared(name, now, live):
    if name not in now:
        return 'only'
    if name not in live:
        return 'absent'
    return 'same' if now[name] == live[name] else 'differs'
