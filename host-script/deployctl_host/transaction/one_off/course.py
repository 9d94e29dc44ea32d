"""The course of one-off commands: starts them, and settles those whose keeper has died."""

import time

from ... import lock
from ...docker import containers, logs, one_off
from ...docker.api import Engine
from ...errors import HostError
from ...store import run_locks, runs, state, transactions
from .. import launch

# A new keeper holds the app's lock within this time, unless a transaction was faster.
TAKE_OVER = 5.0
# Docker's exit code for a container that had ended when the daemon came back.
LOST = 255
UNKNOWN = 'it is not known %s'


def begin(app_state, wanted):
    """Records a command and starts its keeper. Returns its id.

    For a release command whose rollout has one already, nothing is started; the id is that of the recorded one.
    """
    identity = runs.identity_of(wanted.kind, wanted.rollout)
    if runs.begin(app_state, identity, transactions.next_number(), wanted):
        keep(app_state.app, identity)
    return identity


def keep(app, identity):
    """Starts the keeper of a recorded command."""
    from . import keeper
    launch.start(keeper, 'deployctl-%s-run-%s' % (app, identity),
                 'deployctl-host keeps a one-off command of %s (run %s)' % (app, identity), app, identity)


def look(app_state, engine):
    """Returns (commands that run, None), or ([], why that is unknown)."""
    try:
        return under_way(app_state, engine), None
    except HostError as problem:
        return [], problem.message


def under_way(app_state, engine):
    """Returns the commands that run now, oldest first. Settles those whose keeper has died."""
    found = [settle(app_state, engine, identity) for identity in runs.open_ids(app_state)]
    return sorted((facts for facts in found if facts and not facts['ended']), key=runs.place)


def look_after(app_state, host):
    """Gives each command that runs a keeper. Returns once the keeper of a release command holds the app's lock."""
    running, _ = look(app_state, Engine(host.docker))
    deadline = time.monotonic() + TAKE_OVER
    while any(facts['kind'] == 'release' for facts in running) and not lock.Lock(app_state.app).busy() and (
            time.monotonic() < deadline):
        time.sleep(lock.POLL)


def sweep(app_state, engine):
    """Removes containers of commands that no record tells of any more. Returns how many."""
    return one_off.sweep(engine, state.host_id(), app_state.app, runs.open_ids(app_state))


def settle(app_state, engine, identity):
    """Settles a command whose keeper has died: gives it a new one if it runs, or records how it ended.

    Returns the facts of the command, None if there is no record. Does nothing while a keeper is at work.
    """
    keeping = run_locks.Keeping(app_state, identity)
    if not keeping.take():
        return runs.read(app_state, identity)
    try:
        facts = runs.read(app_state, identity)
        running = facts is not None and not facts['ended'] and _settle(app_state, engine, identity, facts)
        facts = runs.read(app_state, identity)
        if facts is None and one_off.is_running(containers.inspect(engine, one_off.name_of(app_state.app, identity))):
            return None     # its record is damaged, and it ends by itself
        if facts is None or facts['ended']:
            one_off.remove(engine, app_state.app, identity)
            runs.close(app_state, identity)
    finally:
        keeping.release()
    if running:
        keep(app_state.app, identity)
    return facts


def _settle(app_state, engine, identity, facts):
    """Records the end of a command that does not run. Returns True if it runs."""
    seen = containers.inspect(engine, one_off.name_of(app_state.app, identity))
    if one_off.is_running(seen):
        return True
    if facts.get('begun') and not (is_created(seen) and facts.get('boot') == runs.boot()):
        record_end(app_state, engine, identity, seen, alone=True)
    elif facts.get('begun') and not one_off.discard(engine, app_state.app, identity):
        return True
    elif facts.get('begun') or not runs.young(facts):
        runs.refuse(app_state, identity, never_started(app_state.app, facts))
    return False


def is_created(seen):
    """Returns True if Docker's description of a container says that it was never started."""
    return seen is not None and seen['State'].get('Status') == 'created'


def never_started(app, facts):
    """Returns the error for a command whose keeper died before it started the command."""
    return HostError('internal', 'the process that was to start %s was killed before it had' % (
        ' '.join(facts.get('words') or ['the command'])), state='the command was not started',
        hint='start it again; if it happens again, look for what kills processes on this host')


def record_end(app_state, engine, identity, seen, alone=False, lost=False, signals=()):
    """Records the end of a command as Docker tells it; `seen` is None if the container is gone.

    `alone` says that no keeper was there when it ended, `lost` that Docker was stopped or restarted then, `signals` are
    those that others had Docker send to it. An exit code of 0 is no success where Docker or the host may have stopped
    the command: a command may catch the stop signal.
    """
    facts = runs.require(app_state, identity)
    exit, ms, error, lines = None, None, None, []
    if seen is not None and not is_created(seen):
        exit, ms = seen['State'].get('ExitCode'), _length(seen['State'])
        if facts['kind'] != 'console':
            lines = [text for _, _, text in logs.last(engine, seen['Id'], runs.LINES)]
    if facts.get('stopping'):
        error = stopped(facts)
    elif alone and facts.get('boot') != runs.boot():
        exit, error = None, UNKNOWN % 'how it ended: the host was restarted while it ran'
    elif alone and exit == LOST:
        exit, error = None, UNKNOWN % 'how it ended: Docker lost it, as in a power cut'
    elif seen is None:
        error = UNKNOWN % 'how it ended: its container is gone'
    elif is_created(seen):
        error = UNKNOWN % 'whether it was started: Docker did not answer'
    elif lost:
        error = UNKNOWN % ('whether it ended by itself: the Docker daemon was restarted while it ran, and it had ended '
                           'with exit code %s when the daemon was back' % exit)
    elif signals:
        error = UNKNOWN % ('whether it ended by itself: Docker sent it signal %s (a docker stop, or a stop of the '
                           'Docker daemon), and it ended with exit code %s' % (', '.join(signals), exit))
    runs.end(app_state, identity, exit or None if lost or signals else exit, ms, lines, error)


def stopped(facts):
    """Describes why deployctl stopped a command."""
    if facts['stopping'] == 'hangup':
        return 'it was stopped: its caller was disconnected'
    return 'it was stopped: it had not ended after %g s' % facts['timeout']


def _length(condition):
    """Returns the milliseconds between start and end; None if Docker does not say."""
    import calendar     # only a command that has ended needs it
    try:
        begun, ended = (calendar.timegm(time.strptime(condition[name][:19], '%Y-%m-%dT%H:%M:%S')) * 1000 + int(
            (condition[name][20:23] or '0').rstrip('Z') or 0) for name in ('StartedAt', 'FinishedAt'))
    except (KeyError, ValueError):
        return None
    return ended - begun if ended >= begun else None
