"""Tells what users felt of a switch, from nginx's own logs: requests, and those that got no complete answer.

Counted are the requests that were in progress at the switch or began after it, and ended before the end of the drain.
A request failed if the app gave no complete answer: nginx answered 502 or 504 in its place, or the answer broke off. A
request that nginx passed on to another instance did not fail, nor did one that its client gave up, and an error that
the app itself answers is an answer.
"""

import json
import os
import re
import time

from .. import regex
from . import access_log, error_log, log_window

ENTRY = regex.lazy(rb'\{"ts":"[^"]*","msec":([0-9]+\.[0-9]+),')
# A quote within a value is escaped, so these texts are in no value. Only a line that needs it is parsed.
NO_UPSTREAM = b'"upstream":""'
PREVIEW = b'"preview":true'
OWN = b'"agent":"%s"' % access_log.OWN_AGENT.encode()
OFFSET = regex.lazy(rb'\{"ts":"[^"]*([+-])([0-9]{2}):([0-9]{2})"')
# What an upstream's address may be followed by in the error log.
AFTER = (b'/', b':', b'"')
NO_ANSWER = ('502', '504')
# The error log has whole seconds.
SAME = 2.0
# A clock that went further than the monotonic one between the switch and the end of the drain was set.
CLOCK_STEP = 0.5
ACCESS_LOG = regex.lazy(r'^[ \t]*access_log[ \t]+([^\s;]+)([^;]*);', re.MULTILINE)


def begin(app, settings, conf_dir, vhost_path, vhost_text):
    """Returns the state before a switch, for `read`. It can be stored as JSON."""
    facts = {'at': time.time(), 'monotonic': time.monotonic(), 'access': log_window.mark(access_log.path_of(app)),
             'error_log': None, 'errors': None, 'unknown': _unusable(app, vhost_text)}
    try:
        facts['error_log'] = error_log.path_of(settings, conf_dir, vhost_path, vhost_text)
        facts['errors'] = log_window.mark(facts['error_log'])
    except error_log.NotKnown as problem:
        facts['unknown'] = facts['unknown'] or str(problem)
    return facts


def _unusable(app, vhost_text):
    """Returns why the access log cannot tell all requests in time, or None."""
    path = access_log.path_of(app)
    for place, options in ACCESS_LOG.findall(vhost_text):
        if place == path:
            if re.search(r'\s(?:buffer|gzip|flush)\b', options):
                return 'nginx buffers the access log of this app'
            if re.search(r'\sif=(?!\$deployctl_)', options):
                return 'nginx logs only some of the requests of this app'
            return None
    return 'the virtual host of this app does not log to %s' % path


class Receipt:
    """Reads the logs of one app. `servers` are the addresses of its upstream, `name` is the first of its server names.
    """

    def __init__(self, app, servers, name, others=()):
        self._path = access_log.path_of(app)
        self._others = tuple(access_log.path_of(other) for other in others)
        self._servers = tuple(server.encode() for server in servers) + (b'deployctl-' + app.encode(),)
        self._name = name.encode()

    def read(self, begun, compare=True):
        """Returns the facts of the time since `begun`, for the event; with `compare`, also of as long before."""
        now, passed = time.time(), time.monotonic() - begun['monotonic']
        length = max(0.0, now - begun['at'])
        facts = {'requests': None, 'failures': None, 'before': None, 'seconds': round(length, 1), 'unknown': None}
        if begun['unknown']:
            return dict(facts, unknown=begun['unknown'])
        if abs(now - begun['at'] - passed) > CLOCK_STEP:
            return dict(facts, unknown='the clock was set during the switch')
        oldest = begun['at'] - length if compare else begun['at']
        budget, taken = log_window.Budget(), _Taken(begun['at'])
        requests = log_window.read(log_window.Log(self._path, _moment_of, begun['access'], self._others, steady=True),
                                   oldest, begun['at'], taken.line, budget)
        clock = error_log.Clock(taken.offset)
        errors = log_window.read(log_window.Log(begun['error_log'], clock.moment_of, begun['errors'],
                                                self._near(begun['error_log'])),
                                 int(oldest), begun['at'], self._complaints(taken), budget)
        gap = requests.gap or errors.gap
        if gap is not None:
            return dict(facts, unknown=gap)
        during, before = taken.counts()
        facts.update(during, before=before if compare and requests.complete and errors.complete else None)
        return facts

    def _near(self, path):
        """Returns the access logs in the same directory, which are never parts of the error log."""
        return (self._path,) + self._others if os.path.dirname(path) == os.path.dirname(self._path) else ()

    def _complaints(self, taken):
        def take(moment, line):
            found = error_log.complaint(moment, line)
            if found is not None and self._is_ours(found):
                taken.complaints.setdefault((found.client, found.request), []).append(found)
        return take

    def _is_ours(self, found):
        if found.upstream is None:      # the line was cut
            return found.server == self._name and len(found.request) == error_log.REQUEST
        return any(found.upstream.startswith(tuple(server + after for after in AFTER)) for server in self._servers)


class _Taken:
    """The requests of both times, and what nginx complained about."""

    def __init__(self, begin):
        self._begin = begin
        self.offset = None
        self.complaints = {}
        self._counts = {True: 0, False: 0}
        self._suspects = []     # (moment, entry) of each request to which nginx may have answered itself
        self._own = []          # the same of our own probes

    def line(self, moment, line):
        if self.offset is None:
            self.offset = _offset(line)
        if NO_UPSTREAM in line or PREVIEW in line:
            return      # nginx itself answered (a page of maintenance, a redirect), or a held release
        if OWN in line:
            self._own.append((moment, line))
            return
        self._counts[moment >= self._begin] += 1
        if b'502"' in line or b'504"' in line:
            self._suspects.append((moment, line))

    def counts(self):
        """Returns ({requests, failures} of the time since the switch, the same of the time before)."""
        for moment, line in self._own:
            self._is_complained_of(moment, line, broken_off=True)
            self._is_complained_of(moment, line)
        failed = {True: 0, False: 0}
        for moment, line in self._suspects:
            if _entry(line)['upstream_status'].endswith(NO_ANSWER):
                failed[moment >= self._begin] += self._is_complained_of(moment, line)
        for found in (each for many in self.complaints.values() for each in many):
            if found.broken_off:
                # Within the second of the switch it counts for the switch.
                failed[found.moment >= int(self._begin)] += 1
        return tuple({'requests': max(self._counts[since], failed[since]), 'failures': failed[since]}
                     for since in (True, False))

    def _is_complained_of(self, moment, line, broken_off=False):
        """Finds the error that ended a request, and takes it away, as it belongs to no other request."""
        entry = _entry(line)
        request = ('%s %s' % (entry['method'], entry['uri'])).encode('utf-8', 'surrogateescape')[:error_log.REQUEST]
        key = (entry['remote'].encode(), request)
        server = entry['upstream'].replace(' : ', ', ').split(', ')[-1].encode()
        for found in self.complaints.get(key, ()):
            same = found.upstream is None or found.upstream.startswith(tuple(server + after for after in AFTER))
            if same and abs(found.moment - moment) <= SAME and found.broken_off == broken_off:
                self.complaints[key].remove(found)
                return True
        return False


def _moment_of(line):
    found = ENTRY.match(line)
    return float(found.group(1)) if found else None


def _entry(line):
    return json.loads(line.decode('utf-8', 'surrogateescape'))


def _offset(line):
    found = OFFSET.match(line)
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    return (int(hours) * 3600 + int(minutes) * 60) * (-1 if sign == b'-' else 1)
