"""Which deploy brought the image that is live: a restart makes a release of its own, but brings no other image."""

from ..errors import HostError
from .transactions import of_release, TransactionRecord

LONGEST = 1000


def deploy_of(app_state, release):
    """The record of the deploy that brought the image of a live release, through every restart since; or None."""
    for _ in range(LONGEST):
        record = _maker(app_state, release)
        request = record.request() if record else None
        if request is None or request.verb != 'restart':
            return record if request else None
        release = record.replaced()
    return None


def _maker(app_state, release):
    """The record of the transaction that made a release, which need not be kept any more; or None."""
    if release is None:
        return None
    made = app_state.sound_release(release)
    if made and made.rollout:
        return TransactionRecord(app_state, made.rollout)
    return of_release(app_state, release)


def facts(app_state, current):
    """`deployed` of a `status` event: {rollout, by, since, before}, or None where no sound record tells."""
    try:
        record = deploy_of(app_state, current)
        told = record.finish() if record else None
    except HostError:
        return None
    if told is None:
        return None
    before = app_state.sound_release(record.replaced())
    return {'rollout': record.rollout, 'by': record.request().by, 'since': told.get('ts'),
            'before': before.brief() if before else None}
