"""Keeps the timers of an app in line with its live release: at the commit of a transaction, its undo, and repairs."""

from . import timers

# The phase of the step `commit` that the journal has while timers are being written.
BEGUN = 'timers'


def check(scope, record):
    """Checks, while nothing has been touched, that the timers of a release could be written on this host."""
    timers.check(timers.here(record, scope.host))


def commit(transaction, record):
    """Makes the timers those of `record`, None for an app that is being stopped. Part of a step; an undo reverts it.

    An app without schedules has no entry in the journal for this.
    """
    wanted = timers.here(record, transaction.host)
    if timers.in_line(transaction.app, wanted):
        return
    transaction.mark('commit', BEGUN)
    timers.align(transaction.app, wanted)
    transaction.mark('commit', 'timers-written')


def undo(transaction):
    """Makes the timers those of the release that is live again, if this transaction changed them."""
    if any(entry['phase'] == BEGUN for entry in transaction.record.entries()):
        timers.align(transaction.app, timers.here(transaction.live_before, transaction.host))


def repair(scope):
    """Makes the timers those of the recorded release; none while the app is stopped. Warns if that changed any."""
    facts = scope.state.load()
    record = None if facts.get('stopped') else scope.state.sound_release(facts.get('current'))
    if record is None and facts.get('current') and not facts.get('stopped'):
        return False    # its record is damaged: what runs now is better than nothing
    if not timers.align(scope.app, timers.here(record, scope.host)):
        return False
    scope.warn('schedules', 'the timers of %s were brought in line with its live release' % scope.app)
    return True
