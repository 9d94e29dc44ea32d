"""Follows what arrives at nginx: requests for the apps of this host, and the questions of load balancers."""

import json
import os
from typing import Any, Dict, Iterator

from ..nginx import access_log, balancer, vhost

SHOWN = 3
TEXT = 60


class Tail:
    """The lines that are added to a log from now on. Continues with the new file after a rotation."""

    def __init__(self, path):
        self._path = path
        self._source = self._open()
        self._rest = b''
        if self._source is not None:
            self._source.seek(0, os.SEEK_END)

    def _open(self):
        try:
            return open(self._path, 'rb')
        except OSError:
            return None

    def entries(self) -> Iterator[Dict[str, Any]]:
        """Yields the lines since the last call, as JSON; others are passed over."""
        for line in self._lines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry

    def _lines(self):
        if self._source is not None:
            if os.fstat(self._source.fileno()).st_size < self._source.tell():
                self._source.seek(0)        # truncated
            yield from self._read()
        if self._rotated():
            self.close()
            self._source, self._rest = self._open(), b''
            if self._source is not None:
                yield from self._read()

    def _read(self):
        lines = (self._rest + self._source.read()).split(b'\n')
        self._rest = lines.pop()
        return lines

    def _rotated(self):
        try:
            seen = os.stat(self._path)
        except OSError:
            return False
        return self._source is None or os.fstat(self._source.fileno()).st_ino != seen.st_ino

    def close(self):
        if self._source is not None:
            self._source.close()


class Requests:
    """The requests for one app that have ended since the wait began."""

    def __init__(self, app):
        self.app = app
        self.count = 0
        self._clients: Dict[str, int] = {}
        self._tail = Tail(access_log.path_of(app))

    def look(self):
        """Returns how many have ended since the last look, without probes of deployctl-host."""
        before = self.count
        for entry in self._tail.entries():
            if entry.get('agent') != access_log.OWN_AGENT:
                self.count += 1
                who = '%s (%s)' % (entry.get('remote'), str(entry.get('agent') or 'no User-Agent')[:TEXT])
                self._clients[who] = self._clients.get(who, 0) + 1
        return self.count - before

    def facts(self):
        most = sorted(self._clients, key=lambda who: (-self._clients[who], who))
        return {'app': self.app, 'requests': self.count, 'clients': most[:SHOWN]}

    def close(self):
        self._tail.close()


class Checks:
    """The questions of load balancers that got the answer 503 since the wait began, by address."""

    def __init__(self):
        self.counts: Dict[str, int] = {}
        self.last: Dict[str, float] = {}
        self._tail = Tail(balancer.log_path())

    def look(self, now):
        for entry in self._tail.entries():
            if entry.get('status') == 503 and entry.get('agent') != access_log.OWN_AGENT:
                who = str(entry.get('remote'))
                self.counts[who] = self.counts.get(who, 0) + 1
                self.last[who] = now

    def facts(self):
        return [{'address': who, 'checks': count} for who, count in sorted(self.counts.items())]

    def close(self):
        self._tail.close()


def apps(host) -> Dict[str, bool]:
    """Returns the apps that nginx has a virtual host for, and whether their requests are in the log that is read."""
    try:
        names = os.listdir(host.nginx.conf_dir)
    except OSError:
        return {}
    found: Dict[str, bool] = {}
    for match in filter(None, map(vhost.FILE.fullmatch, sorted(names))):
        app = match.group(1)
        found[app] = 'access_log %s ' % access_log.path_of(app) in vhost.read(host.nginx, app)
    return found
