"""`traffic`: reports the requests of an app from nginx's access log: those to the live release beside those before it,
or with --since those of the last time, by release.
"""

import os
import time

from ..config import definition
from ..errors import HostError
from ..events import moment, stamp
from ..nginx import access_log
from ..store import state
from ..timeline import live
from ..transaction import targets

WINDOW = 3600
# For so long after a switch nginx may still use a pooled connection to the release before.
POOLED = 1.0
# A switch is followed by requests of the script itself. A log that begins with these has lost nothing.
PROOF_WITHIN = 5.0


def run(call):
    app_state = state.AppState(call.app)
    path = access_log.path_of(call.app)
    record = targets.served(app_state, targets.live(app_state), 'no requests reach it through nginx',
                            'deployctl-host logs %s shows what its processes print' % call.app)
    if not os.path.exists(path):
        raise HostError('unavailable', 'there is no access log %s' % path,
                        hint='a template of your own logs there with: access_log %s deployctl_%s;' % (
                            path, call.app.replace('-', '_')))
    others = (set(state.known_apps()) | set(definition.list_apps())) - {call.app}
    if call.option('since') is not None:
        return _by_release(call, app_state, call.option('since'), others)
    return _since_the_switch(call, app_state, record, others)


def _since_the_switch(call, app_state, record, others):
    facts = app_state.load()
    # Requests between the switch and its proof count for neither release: both may have answered them.
    switched = moment(facts.get('switched') or facts['since'])
    since = max(moment(facts['since']), switched + POOLED)
    length = max(1.0, min(time.time() - since, call.option('window') or WINDOW))
    new, old = access_log.Period(since, since + length), access_log.Period(switched - length, switched)
    reading = access_log.read(call.app, (new, old), switched, since, facts.get('log'), others)
    known = facts.get('previous') and not reading.torn and (reading.reached or old.times)
    if reading.gap is not None:
        call.output.emit('warning', code='traffic', message='the requests since the switch are not known: '
                         + reading.gap)
    call.output.emit('traffic', app=call.app, release=record.id, since=facts['since'],
                     new=new.facts() if reading.gap is None else None, old=old.facts() if known else None,
                     unknown=reading.gap)
    return 0


def _by_release(call, app_state, seconds, others):
    """Reports the requests of the last seconds, by the release that was live when they began, newest first."""
    now = time.time()
    periods = list(_periods(live.releases(app_state), now - seconds, now))
    if periods:
        oldest = periods[0][1].begin
        first_line = oldest + (PROOF_WITHIN if oldest == periods[0][0].since else 0.0)
        reading = access_log.read(call.app, [period for _, period in periods], oldest, first_line,
                                  app_state.load().get('log'), others)
        unknown = reading.unknown(stamp(oldest))
    for each, period in reversed(periods):
        call.output.emit('traffic.release', app=call.app, release=each.release, digest=each.digest, tag=each.tag,
                         since=stamp(period.begin), until=stamp(period.end),
                         requests=None if unknown else period.facts(), unknown=unknown)
    call.output.emit('traffic.finished', releases=len(periods))
    return 0


def _periods(releases, begin, end):
    """Yields (Live, Period) of the releases that were live between `begin` and `end`, oldest first."""
    ends = [each.since for each in releases[1:]] + [end]
    for each, until in zip(releases, ends):
        period = access_log.Period(max(begin, each.since or 0.0), min(end, until))
        if each.release is not None and period.begin < period.end:
            yield each, period
