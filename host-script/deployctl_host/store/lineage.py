"""Finds the deploy that brought the live image: a restart makes a new release of the same image."""

from ..errors import HostError
from .transactions import of_release, TransactionRecord

LONGEST = 1000


def deploy_of(app_state, release):
    """Returns the record of the deploy that brought a release's image, looking through later restarts; or None."""
    for _ in range(LONGEST):
        record = _maker(app_state, release)
        request = record.request() if record else None
        if request is None or request.verb != 'restart':
            return record if request else None
        release = record.replaced()
    return None


def _maker(app_state, release):
    """Returns the record of the transaction that made a release, or None if it is not kept any more."""
    if release is None:
        return None
    made = app_state.sound_release(release)
    if made and made.rollout:
        return TransactionRecord(app_state, made.rollout)
    return of_release(app_state, release)


def facts(app_state, current):
    """Returns `deployed` of a `status` event: {rollout, by, since, before}, or None without an intact record."""
    try:
        record = deploy_of(app_state, current)
        last = record.finish() if record else None
    except HostError:
        return None
    if last is None:
        return None
    before = app_state.sound_release(record.replaced())
    return {'rollout': record.rollout, 'by': record.request().by, 'since': last.get('ts'),
            'before': before.brief() if before else None}
