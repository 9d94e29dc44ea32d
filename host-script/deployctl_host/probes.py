"""Probes the health of a release, as nginx's user and through the address that nginx will use.

Each probe is a child process that drops root first, so that a socket that only root can open fails the probe.
"""

import json
import os
import select
import signal
import time
from typing import Dict

from . import http_client
from .errors import HostError

BODY_LIMIT = 1024 * 1024
PROBE_PORT_SETTLE = 0.2
SHOWN = 200


class Question:
    """One probe: the address, the request, and the expected response."""

    def __init__(self, kind, address, timeout, path='/', host='localhost', expect=((200, 299),), headers=None,
                 tls=False, proxy=False, body=None, told=None, sent=()):
        self.kind = kind            # 'http' or 'tcp'
        self.address = address      # a path, or (host, port)
        self.timeout = timeout
        self.path = path
        self.host = host
        self.expect = expect
        self.headers = headers or {}    # headers that the response must have
        self.tls = tls
        self.proxy = proxy          # True if the listener expects the PROXY protocol
        self.body = body            # the expected body, or None
        self.told = told            # the name of a response header to return in `Seen`, or None
        self.sent = sent            # further headers of the request: (name, value)


class Seen:
    """The result of a probe. `saw` describes it without the time, so that equal results compare equal."""

    def __init__(self, ok, saw, ms, told=None):
        self.ok = ok
        self.saw = saw
        self.ms = ms
        self.told = told    # the value of the header that was asked for, if present


class Identity:
    """The user and groups of nginx's workers, looked up once."""

    def __init__(self, name, group=None):
        import pwd
        try:
            entry = pwd.getpwnam(name)
        except KeyError as problem:
            raise HostError('definition', "nginx's user %s does not exist on this host" % name,
                            hint='set [nginx] user in host.conf') from problem
        self.name = name
        self.uid = entry.pw_uid
        self.gid = _group_of(name, group, entry.pw_gid)
        self.groups = os.getgrouplist(name, self.gid)


def _group_of(name, group, primary):
    """Returns the id of the workers' group: the one that nginx.conf names, or else the one with the user's name."""
    import grp
    try:
        return grp.getgrnam(group or name).gr_gid
    except KeyError as problem:
        if group is None:
            return primary
        raise HostError('definition', "nginx's group %s does not exist on this host" % group,
                        hint='correct the directive user in nginx.conf') from problem


class Running:
    """A running probe in its child process."""

    def __init__(self, question, identity):
        self.question = question
        self._deadline = time.monotonic() + question.timeout + 1.0
        self._reading, writing = os.pipe2(os.O_CLOEXEC)
        self._data = b''
        self._seen = None
        self._pid = os.fork()
        if self._pid == 0:
            _child(question, identity, writing)
        os.close(writing)

    def poll(self, wait=0.0):
        """Returns the result, or None if the probe has not ended after `wait` seconds."""
        if self._seen is None:
            left = min(wait, max(0.0, self._deadline - time.monotonic()))
            while self._seen is None and select.select([self._reading], [], [], left)[0]:
                piece = os.read(self._reading, 65536)
                self._data += piece
                if not piece:
                    self._finish()
            if self._seen is None and time.monotonic() >= self._deadline:
                self._finish()
        return self._seen

    def _finish(self):
        os.close(self._reading)
        try:
            os.kill(self._pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self._pid, 0)
        try:
            self._seen = Seen(**json.loads(self._data))
        except (ValueError, TypeError):
            self._seen = Seen(False, 'no answer within %g s' % self.question.timeout, int(self.question.timeout * 1000))


def ask_all(questions, identity):
    """Runs all probes in parallel and waits for every result."""
    running = [Running(question, identity) for question in questions]
    return [_settled(one) for one in running]


def _settled(one):
    while True:
        seen = one.poll(0.5)
        if seen is not None:
            return seen


def _child(question, identity, writing):
    """Runs the probe in the child process; never returns. Closes every descriptor but its pipe, since an inherited
    lock file would keep the app locked after the worker's death.
    """
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.dup2(writing, 3)
        os.closerange(4, 4096)
        if os.geteuid() == 0:
            os.setgroups(identity.groups)
            os.setresgid(identity.gid, identity.gid, identity.gid)
            os.setresuid(identity.uid, identity.uid, identity.uid)
        begun = time.monotonic()
        headers: Dict[str, str] = {}
        ok, saw = _look(question, identity, headers)
        answer = {'ok': ok, 'saw': _plain(saw), 'ms': int((time.monotonic() - begun) * 1000),
                  'told': headers.get(question.told.lower()) if question.told else None}
        os.write(3, json.dumps(answer).encode())
    except BaseException:
        os._exit(1)
    os._exit(0)


def _look(question, identity, headers):
    """Runs the probe and returns (ok, saw); adds the headers of an HTTP response to `headers`."""
    try:
        connection = http_client.dial(question.address, question.timeout)
    except OSError as problem:
        return False, 'connect: ' + _refusal(problem, question, identity)
    with connection:
        try:
            if question.kind == 'tcp':
                return _still_open(connection, question)
            if question.proxy:
                connection.sendall(b'PROXY UNKNOWN\r\n')
            if question.tls:
                connection = _tls(connection, question.host)
            return _http(connection, question, headers)
        except http_client.HttpError as problem:
            return False, str(problem)
        except OSError as problem:
            return False, 'the connection broke: %s' % (problem.strerror or problem)


def _refusal(problem, question, identity):
    if isinstance(problem, FileNotFoundError):
        return 'no such socket yet'
    if isinstance(problem, ConnectionRefusedError):
        return 'refused, nobody listens'
    if isinstance(problem, PermissionError):
        return "nginx's user %s may not open the socket (it needs mode 0666; its directory keeps others out)" % (
            identity.name)
    if isinstance(problem, BlockingIOError):
        return "the app's listen backlog is full"
    if isinstance(problem, TimeoutError) or problem.strerror is None:
        return 'no connection within %g s' % question.timeout
    return problem.strerror


def _still_open(connection, question):
    """Checks that the connection stays open: Docker's proxy accepts on a published port even when the app does not
    listen, and closes at once.
    """
    if not isinstance(question.address, str):
        connection.settimeout(PROBE_PORT_SETTLE)
        try:
            if connection.recv(1) == b'':
                return False, 'connect: closed at once'
        except TimeoutError:
            pass
        except OSError as problem:
            if problem.errno is not None:
                return False, 'connect: %s' % problem.strerror
    return True, 'connected'


def _tls(connection, host):
    import ssl
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # the probe connects to this host, so the certificate need not be verified
    return context.wrap_socket(connection, server_hostname=host)


def _http(connection, question, headers):
    answer = http_client.ask(connection, 'GET', question.path, (
        ('Host', question.host), ('User-Agent', 'deployctl-host'), ('Accept', '*/*'), ('Connection', 'close'),
        *question.sent), timeout=question.timeout)
    headers.update(answer.headers)
    body = answer.read(BODY_LIMIT)
    saw = ('%d %s' % (answer.status, answer.reason)).strip()
    if answer.header('location'):
        saw += ' to ' + answer.header('location')
    if not any(low <= answer.status <= high for low, high in question.expect):
        return False, saw
    for name, wanted in question.headers.items():
        if answer.header(name) != wanted:
            return False, '%s, but its %s is %s, not %s' % (saw, name, answer.header(name) or 'absent', wanted)
    if question.body is not None and body.strip() != question.body.encode():
        return False, '%s, but it says %s, not %s' % (saw, body[:80].decode('utf-8', 'replace').strip(), question.body)
    return True, saw


def _plain(text):
    return ''.join(letter if letter.isprintable() else '�' for letter in text[:SHOWN])
