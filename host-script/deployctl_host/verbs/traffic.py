"""`traffic`: compares the requests to the live release with those before it, from nginx's access log."""

import calendar
import os
import time

from ..config import definition
from ..errors import HostError
from ..nginx import access_log
from ..store import state
from ..transaction import targets

WINDOW = 3600
# For so long after a switch nginx may still use a pooled connection to the release before.
POOLED = 1.0


def run(call):
    app_state = state.AppState(call.app)
    record = targets.served(app_state, targets.live(app_state), 'no requests reach it through nginx',
                            'deployctl-host logs %s shows what its processes print' % call.app)
    facts = app_state.load()
    # Requests between the switch and its proof count for neither release: both may have answered them.
    switched = moment(facts.get('switched') or facts['since'])
    since = max(moment(facts['since']), switched + POOLED)
    path = access_log.path_of(call.app)
    if not os.path.exists(path):
        raise HostError('unavailable', 'there is no access log %s' % path,
                        hint='a template of your own logs there with: access_log %s deployctl_%s;' % (
                            path, call.app.replace('-', '_')))
    length = max(1.0, min(time.time() - since, call.option('window') or WINDOW))
    new, old = access_log.Period(since, since + length), access_log.Period(switched - length, switched)
    others = set(state.known_apps()) | set(definition.list_apps())
    reading = access_log.read(call.app, (new, old), switched, since, facts.get('log'), others - {call.app})
    known = facts.get('previous') and not reading.torn and (reading.reached or old.times)
    if reading.gap is not None:
        call.output.emit('warning', code='traffic', message='the requests since the switch are not known: '
                         + reading.gap)
    call.output.emit('traffic', app=call.app, release=record.id, since=facts['since'],
                     new=new.facts() if reading.gap is None else None, old=old.facts() if known else None,
                     unknown=reading.gap)
    return 0


def moment(text):
    """Returns the seconds since 1970 of a time as events carry it."""
    whole, _, part = text.rstrip('Z').partition('.')
    return calendar.timegm(time.strptime(whole, '%Y-%m-%dT%H:%M:%S')) + float('0.' + (part or '0'))
