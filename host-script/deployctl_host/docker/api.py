"""One request to the daemon: connect, ask, judge. Always with a time-out: a daemon may accept and never answer."""

import json

from .. import wire
from ..errors import HostError

NEWEST = (1, 47)
OLDEST = (1, 40)
BODY_LIMIT = 32 * 1024 * 1024


class DockerError(Exception):
    """The daemon answered that it will not or cannot: status and its own words."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


class Engine:
    """The daemon behind one UNIX socket."""

    def __init__(self, config):
        self.config = config
        self._version = None
        self._silent = None     # why the daemon did not answer: one who asks many things need not wait each time

    def ping(self):
        """Agrees on an API version; 'unavailable' when no daemon answers."""
        answer, connection = self._open('GET', '/_ping', (), b'', self.config.timeout)
        with connection:
            self._read(answer, 4096)
        if answer.status != 200:
            raise self._unavailable('answers its ping with %d' % answer.status)
        offered = tuple(int(part) for part in (answer.header('Api-Version') or '0.0').split('.')[:2])
        if offered < OLDEST:
            raise HostError('unavailable', 'the Docker daemon speaks API %d.%d; %d.%d is the oldest we can use'
                            % (offered + OLDEST), hint='upgrade Docker to 19.03 or later')
        self._version = 'v%d.%d' % min(offered, NEWEST)
        return self._version

    def call(self, method, path, query=None, body=None, headers=(), timeout=None):
        """The parsed JSON answer (None for none). DockerError for a refusal, HostError('unavailable') for no answer."""
        answer, connection = self.open(method, path, query, body, headers, timeout)
        with connection:
            data = self._read(answer, BODY_LIMIT)
        try:
            return json.loads(data) if data.strip() else None
        except (ValueError, RecursionError) as problem:
            raise self._unavailable('%s %s: its answer is no JSON' % (method, path)) from problem

    def open(self, method, path, query=None, body=None, headers=(), timeout=None, stream=False):
        """(answer, connection) of a request that was not refused: for bodies that come as a stream.

        With `stream` the time-out bounds the head alone: the body comes as long as there is something to tell.
        """
        if self._silent is not None:
            raise self._silent
        if self._version is None:
            try:
                self.ping()
            except HostError as problem:
                self._silent = problem
                raise
        target = '/%s%s' % (self._version, path)
        if query:
            target += '?' + '&'.join('%s=%s' % (name, _quote(value)) for name, value in query.items())
        data = b''
        fields = list(headers)
        if body is not None:
            data = json.dumps(body).encode()
            fields.append(('Content-Type', 'application/json'))
        answer, connection = self._open(method, target, fields, data, timeout or self.config.timeout, stream)
        if answer.status >= 400:
            with connection:
                raise DockerError(answer.status, _message(self._read(answer, 1024 * 1024)))
        return answer, connection

    def _open(self, method, target, fields, data, timeout, stream=False):
        try:
            connection = wire.dial(self.config.socket, timeout)
        except OSError as problem:
            raise self._unavailable(problem.strerror or 'no connection within %g s' % timeout) from problem
        try:
            head = [('Host', 'docker'), ('Connection', 'close')] + list(fields)
            return wire.ask(connection, method, target, head, data, timeout, stream), connection
        except (OSError, wire.WireError) as problem:
            connection.close()
            raise self._unavailable('%s %s: %s' % (method, target.partition('?')[0], problem)) from problem

    def _read(self, answer, limit):
        try:
            return answer.read(limit)
        except (OSError, wire.WireError) as problem:
            raise self._unavailable(str(problem)) from problem

    def _unavailable(self, why):
        return HostError('unavailable', 'the Docker daemon at %s does not answer: %s' % (self.config.socket, why),
                         hint='look at it on the host: systemctl status docker')


def _quote(value):
    """urllib.parse would cost more CPU than the rest of a small call."""
    plain = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'
    return ''.join(chr(byte) if byte in plain else '%%%02X' % byte for byte in str(value).encode())


def _message(data):
    try:
        return str(json.loads(data)['message'])[:2000]
    except (ValueError, KeyError, TypeError):
        return data.decode('utf-8', 'replace')[:2000]
