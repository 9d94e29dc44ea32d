"""Changes one variable at the source of an app's environment, after the checks that a deploy would make."""

from typing import NamedTuple, Optional, Tuple

from . import environment, lint, sources, targets


class Edit(NamedTuple):
    """The result of a change, or of its check."""

    outcome: str                # 'set', 'unset', 'unchanged' or 'checked'
    token: str                  # of the variable now
    still: Optional[str] = None         # where a variable that was removed is set all the same
    warnings: Tuple[str, ...] = ()


def apply(definition, host, target, name, value, expected=None, check=False):
    """Sets a variable to a value in bytes, or removes it with None; with `check` only tells whether that would do.

    Raises `targets.Changed` if the variable's token is not `expected`, HostError if the environment would be wrong.
    """
    if value is not None:
        _judge_value(definition, target, name, value)
    with target.held():
        token = target.tokens().get(name, targets.ABSENT)
        if expected not in (None, token):
            raise targets.Changed(token)
        after = _checked(definition, host, target, name, value)
        still = after.origins.get(name) if value is None else None
        warnings = () if value is None else tuple(lint.remark(name, value, after.source))
        if value is None and token == targets.ABSENT:
            return Edit('unchanged', token, still)
        target.check(name, value)
        if check:
            return Edit('checked', token, still, warnings)
        return Edit('unset' if value is None else 'set', target.swap(name, value, token), still, warnings)


def _judge_value(definition, target, name, value):
    complaint = lint.complaint(name, value, definition.env.allow)
    if complaint:
        raise lint.Refusal('%s was not set: %s' % (name, complaint.partition(': ')[2]),
                           'correct the value or the name, then try again', (complaint,))


def _checked(definition, host, target, name, value):
    """Returns what the source will have. An environment that was wrong before may be fixed one variable at a time, so
    then only complaints about this one count.
    """
    before = sources.read(definition, host, may_be_empty=True)
    if value is None:
        after = sources.read(definition, host, may_be_empty=True, without=(target.where, name))
    else:
        after = before.having(name, value)
    problem = environment.refusal(definition, after)
    if problem is not None and (environment.refusal(definition, before) is None or any(
            each.startswith(name + ':') for each in problem.complaints)):
        raise problem
    return after
