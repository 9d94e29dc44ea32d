"""Asks etcd through its HTTP/JSON gateway: one POST per question, to any endpoint that answers."""

import base64
import json
import socket
import threading
import time
from typing import Any, Dict

from .. import http_client
from ..errors import HostError
from . import answers
from .answers import Compacted, found, GatewayRefused, pairs, refused, shaped, Unanswered, unanswered

BODY_LIMIT = 16 * 1024 * 1024


class Gateway:
    """Asks the endpoints in turn until one answers; that one is asked first the next time."""

    def __init__(self, config, password, deadline):
        self._config = config
        self._password = password
        self._deadline = deadline
        self._endpoints = list(config.endpoints)
        self._token = None
        self._context = self._tls()

    def range(self, key, range_end=None, revision=None):
        question = {'key': _b64(key)}
        if range_end is not None:
            question['range_end'] = _b64(range_end)
        if revision is not None:
            question['revision'] = str(revision)
        return _ranged(self._anywhere('/v3/kv/range', question, key))

    def revisions(self, key, range_end):
        question = {'key': _b64(key), 'range_end': _b64(range_end), 'keys_only': True}
        answer = self._anywhere('/v3/kv/range', question, key)
        with shaped('a range of keys'):
            return answers.revisions(answer)

    def put(self, key, value):
        self._anywhere('/v3/kv/put', {'key': _b64(key), 'value': _b64(value)}, key)

    def grant(self, seconds):
        """Grants a lease and returns its id."""
        answer = self._anywhere('/v3/lease/grant', {'TTL': str(int(seconds)), 'ID': '0'}, 'a lease')
        with shaped('a lease'):
            return int(answer['ID'])

    def revoke(self, lease):
        self._anywhere('/v3/lease/revoke', {'ID': str(lease)}, 'a lease')

    def put_if_absent(self, wanted):
        """Puts [(key, value, lease)] if none of the keys exists. Returns the [(key, value)] that do, in bytes."""
        keys = [key for key, _, _ in wanted]
        answer = self._anywhere('/v3/kv/txn', {
            'compare': [{'key': _b64(key), 'target': 'VERSION', 'result': 'EQUAL', 'version': '0'} for key in keys],
            'success': [{'requestPut': {'key': _b64(key), 'value': _b64(value), 'lease': str(lease)}}
                        for key, value, lease in wanted],
            'failure': [{'requestRange': {'key': _b64(key)}} for key in keys]}, keys[0])
        with shaped('the result of a transaction'):
            return [] if answer.get('succeeded') else found(answer)

    def swap(self, key, value, revision):
        wish = {'requestDeleteRange': {'key': _b64(key)}} if value is None else {
            'requestPut': {'key': _b64(key), 'value': _b64(value)}}
        answer = self._anywhere('/v3/kv/txn', {
            'compare': [{'key': _b64(key), 'target': 'MOD', 'result': 'EQUAL', 'mod_revision': str(revision)}],
            'success': [wish], 'failure': [{'requestRange': {'key': _b64(key)}}]}, key)
        with shaped('the result of a transaction'):
            return answers.swapped(answer, key, value)

    def may_put(self, key):
        """Sends a put with a condition that never holds: etcd checks the permission for it first."""
        self._anywhere('/v3/kv/txn', {
            'compare': [{'key': _b64(key), 'target': 'VERSION', 'result': 'LESS', 'version': '0'}],
            'success': [{'requestPut': {'key': _b64(key), 'value': ''}}]}, key)

    def _tls(self):
        if not self._config.endpoints[0].startswith('https:'):
            return None
        import ssl  # imported here to keep calls without TLS fast
        try:
            context = ssl.create_default_context(cafile=self._config.ca)
            # Python 3.13 sets it by default and then refuses a private CA without key usage, which etcdctl accepts.
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            if self._config.cert:
                context.load_cert_chain(self._config.cert, self._config.key)
            return context
        except (ssl.SSLError, OSError) as problem:
            raise HostError('definition', 'the TLS files of [etcd] in host.conf cannot be used: %s' % _reason(problem),
                            state='nothing was touched') from problem

    def _anywhere(self, path, question, key):
        reasons = []
        for position, endpoint in enumerate(list(self._endpoints)):
            left = self._deadline - time.monotonic()
            if left <= 0:
                break
            # Each endpoint gets an equal share of the remaining time, so that one that hangs leaves time for others.
            until = time.monotonic() + left / (len(self._endpoints) - position)
            try:
                answer = self._authorized(endpoint, path, question, key, until)
            except Unanswered as problem:
                reasons.append((endpoint, str(problem)))
                continue
            self._endpoints.remove(endpoint)
            self._endpoints.insert(0, endpoint)
            return answer
        raise unanswered(self._config, reasons)

    def _authorized(self, endpoint, path, question, key, until):
        if self._config.user and self._token is None:
            self._token = self._authenticate(endpoint, key, until)
        status, answer = self._post(endpoint, path, question, until)
        if status == 401 and self._config.user:  # a token expires, or is lost when its member restarts
            self._token = None  # etcd would check an expired token even on this request
            self._token = self._authenticate(endpoint, key, until)
            status, answer = self._post(endpoint, path, question, until)
        if status != 200:
            self._judge(status, answer, key)
        return answer

    def _authenticate(self, endpoint, key, until):
        status, answer = self._post(endpoint, '/v3/auth/authenticate',
                                    {'name': self._config.user, 'password': self._password}, until)
        if status == 200 and isinstance(answer.get('token'), str):
            return answer['token']
        if 'authentication is not enabled' in _message(answer):
            return ''
        return self._judge(status, answer, key)

    def _judge(self, status, answer, key):
        message = _message(answer)
        if 'CommonName of client' in message:
            raise GatewayRefused
        if 'required revision has been compacted' in message:
            raise Compacted
        verdict = refused(self._config, message, key)
        if verdict:
            raise verdict
        if status == 404:
            raise Unanswered('does not have the v3 API (etcd 3.4 or newer is needed)')
        raise Unanswered('HTTP %d: %s' % (status, ascii(message[:200])))

    def _post(self, endpoint, path, question, until):
        """Returns (status, answer). A thread is used so that one deadline bounds name resolution and slow answers."""
        outcome: Dict[str, Any] = {}
        thread = threading.Thread(target=self._exchange, args=(endpoint, path, question, until, outcome), daemon=True)
        thread.start()
        thread.join(_left(until))
        if thread.is_alive():
            _hang_up(outcome.get('connection'))
            raise Unanswered('no answer in time (hung, or without quorum)')
        if 'problem' in outcome:
            raise Unanswered(_reason(outcome['problem'])) from outcome['problem']
        return outcome['status'], _parsed(outcome['status'], outcome['body'])

    def _exchange(self, endpoint, path, question, until, outcome):
        headers = [('Host', endpoint.partition('://')[2]), ('Content-Type', 'application/json'),
                   ('Connection', 'close')]
        if self._token:
            headers.append(('Authorization', self._token))
        try:
            with self._connect(endpoint, _left(until)) as connection:
                outcome['connection'] = connection
                answer = http_client.ask(connection, 'POST', path, headers, json.dumps(question).encode('ascii'),
                                         _left(until))
                outcome['body'] = answer.read(BODY_LIMIT)
                outcome['status'] = answer.status
        except (OSError, http_client.HttpError, ValueError) as problem:
            outcome['problem'] = problem

    def _connect(self, endpoint, timeout):
        scheme, _, address = endpoint.partition('://')
        host, _, port = address.rpartition(':')
        host = host.strip('[]')
        connection = socket.create_connection((host, int(port)), timeout)
        if scheme != 'https':
            return connection
        try:
            return self._context.wrap_socket(connection, server_hostname=host)
        except BaseException:
            connection.close()
            raise


def _left(until):
    return max(0.05, until - time.monotonic())


def _ranged(answer):
    with shaped('a range of keys'):
        return int(answer['header']['revision']), pairs(answer)


def _parsed(status, body):
    try:
        answer = json.loads(body.decode('utf-8'))
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        return answer
    if status == 200:
        raise Unanswered('answered with something that is not JSON')
    return {'message': body[:200].decode('ascii', 'replace').strip()}


def _message(answer):
    message = answer.get('message') or answer.get('error') or ''
    return message if isinstance(message, str) else ''


def _hang_up(connection):
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def _reason(problem):
    import ssl
    if isinstance(problem, ssl.SSLCertVerificationError):
        return 'its certificate is not trusted: %s (ca in [etcd] of host.conf)' % problem.verify_message
    if isinstance(problem, socket.timeout):
        return 'no answer in time (hung, or without quorum)'
    if isinstance(problem, socket.gaierror):
        return 'its name cannot be resolved (%s)' % problem.strerror
    if isinstance(problem, (http_client.NotHttp, ssl.SSLEOFError, ssl.SSLZeroReturnError)) or (
            isinstance(problem, ConnectionError) and not isinstance(problem, ConnectionRefusedError)):
        return 'closed the connection (http to a TLS port, or a client certificate is required)'
    if isinstance(problem, http_client.HttpError):
        return str(problem)
    if isinstance(problem, ssl.SSLError):
        return 'TLS: %s' % (problem.reason or problem)
    return getattr(problem, 'strerror', None) or type(problem).__name__


def _b64(text):
    return base64.b64encode(text.encode('utf-8')).decode('ascii')
