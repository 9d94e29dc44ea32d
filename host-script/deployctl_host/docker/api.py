"""Sends requests to the daemon and checks the answers. Always with a time-out: a daemon may accept and never answer."""

import json
import re

from .. import http_client
from ..errors import HostError

NEWEST = (1, 47)
OLDEST = (1, 40)
BODY_LIMIT = 32 * 1024 * 1024
LOOK = 'look at it on the host: systemctl status docker'


class DockerError(HostError):
    """The daemon refused a request: HTTP status and its message.

    Callers that can explain a status catch it; otherwise it is reported as 'unavailable', like a dead daemon.
    """

    def __init__(self, status, message):
        super().__init__('unavailable', message, hint=LOOK)
        self.status = status

    def as_dict(self):
        return dict(super().as_dict(), message='the Docker daemon answers with %d: %s' % (self.status, self.message))


class Engine:
    """The daemon behind one UNIX socket."""

    def __init__(self, config):
        self.config = config
        self._version = None
        self._silent = None     # the first failure to answer, so that a call with many requests waits only once

    def ping(self):
        """Negotiates the API version; raises HostError('unavailable') if no daemon answers."""
        answer, connection = self._open('GET', '/_ping', (), b'', self.config.timeout)
        with connection:
            self._read(answer, 4096)
        if answer.status != 200:
            raise self._unavailable('answers its ping with %d' % answer.status)
        version = re.fullmatch(r'([0-9]{1,4})\.([0-9]{1,4})', answer.header('Api-Version') or '0.0')
        if version is None:
            raise self._unavailable('its ping names no API version')
        offered = (int(version.group(1)), int(version.group(2)))
        if offered < OLDEST:
            raise HostError('unavailable', 'the Docker daemon has API %d.%d; %d.%d is the oldest that is supported'
                            % (offered + OLDEST), hint='upgrade Docker to 19.03 or later')
        self._version = 'v%d.%d' % min(offered, NEWEST)
        return self._version

    def call(self, method, path, query=None, body=None, headers=(), timeout=None):
        """Returns the parsed JSON answer, None for an empty one. Raises DockerError for a refusal and
        HostError('unavailable') if there is no answer.
        """
        answer, connection = self.open(method, path, query, body, headers, timeout)
        with connection:
            data = self._read(answer, BODY_LIMIT)
        try:
            return json.loads(data) if data.strip() else None
        except (ValueError, RecursionError) as problem:
            raise self._unavailable('%s %s: the answer is not JSON' % (method, path)) from problem

    def facts(self, path):
        """Returns the daemon's /version or /info; raises HostError('unavailable') if there is no answer."""
        try:
            return self.shaped(dict, 'GET', path)
        except DockerError as problem:
            raise HostError('unavailable', 'the Docker daemon at %s answers GET %s with %d: %s' % (
                self.config.socket, path, problem.status, problem.message), hint=LOOK) from problem

    def shaped(self, shape, method, path, query=None, body=None):
        """Does the same as `call`, for an answer that must be a `shape` (dict, list)."""
        found = self.call(method, path, query, body)
        if not isinstance(found, shape):
            raise self._unavailable('%s %s: the answer has an unexpected form' % (method, path))
        return found

    def open(self, method, path, query=None, body=None, headers=(), timeout=None, stream=False):
        """Returns (answer, connection) of a request that was not refused, for bodies that are streamed.

        With `stream` the time-out bounds only the head, since the body is open-ended.
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
            connection = http_client.dial(self.config.socket, timeout)
        except OSError as problem:
            raise self._unavailable(problem.strerror or 'no connection within %g s' % timeout) from problem
        try:
            head = [('Host', 'docker'), ('Connection', 'close')] + list(fields)
            return http_client.ask(connection, method, target, head, data, timeout, stream), connection
        except (OSError, http_client.HttpError) as problem:
            connection.close()
            raise self._unavailable('%s %s: %s' % (method, target.partition('?')[0], problem)) from problem
        except BaseException:   # a signal handler ended the wait
            connection.close()
            raise

    def _read(self, answer, limit):
        try:
            return answer.read(limit)
        except (OSError, http_client.HttpError) as problem:
            raise self._unavailable(str(problem)) from problem

    def _unavailable(self, why):
        return HostError('unavailable', 'the Docker daemon at %s does not answer: %s' % (self.config.socket, why),
                         hint=LOOK)


def _quote(value):
    """Percent-encodes a value. Importing urllib.parse would cost more CPU than the rest of a small call."""
    plain = b'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'
    return ''.join(chr(byte) if byte in plain else '%%%02X' % byte for byte in str(value).encode())


def _message(data):
    try:
        return str(json.loads(data)['message'])[:2000]
    except (ValueError, KeyError, TypeError):
        return data.decode('utf-8', 'replace')[:2000]
