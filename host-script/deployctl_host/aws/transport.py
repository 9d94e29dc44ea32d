"""Makes one HTTP request to AWS or to the metadata service of the instance, within a deadline."""

import socket
import ssl
import threading
import time
from typing import Any, Dict, NamedTuple

from .. import http_client

BODY_LIMIT = 16 * 1024 * 1024
# The certificates that are trusted: those of the system. Tests patch it.
CA_FILE = None
SHORTEST = 0.05


class Unanswered(Exception):
    """No usable answer came; the text can be shown."""


class Reply(NamedTuple):
    status: int
    headers: Dict[str, str]
    body: bytes


def exchange(url, method, target, headers, body, until):
    """Returns the reply of the server of `url`. A thread is used so that the deadline bounds name resolution, too."""
    outcome: Dict[str, Any] = {}
    thread = threading.Thread(target=_exchange, args=(url, method, target, headers, body, until, outcome), daemon=True)
    thread.start()
    thread.join(max(SHORTEST, until - time.monotonic()))
    if thread.is_alive():
        raise Unanswered('no answer in time')
    if 'problem' in outcome:
        raise Unanswered(_reason(outcome['problem'])) from outcome['problem']
    return outcome['reply']


def place(url):
    """Returns (whether it is HTTPS, host, port) of a URL without a path."""
    scheme, _, address = url.partition('://')
    host, colon, port = address.rpartition(':')
    if not colon or ']' in port:
        host, port = address, '443' if scheme == 'https' else '80'
    return scheme == 'https', host.strip('[]'), int(port)


def _exchange(url, method, target, headers, body, until, outcome):
    secure, host, port = place(url)
    try:
        left = max(SHORTEST, until - time.monotonic())
        with socket.create_connection((host, port), timeout=left) as connection:
            if secure:
                with ssl.create_default_context(cafile=CA_FILE).wrap_socket(connection, server_hostname=host) as inner:
                    outcome['reply'] = _ask(inner, url, method, target, headers, body, until)
            else:
                outcome['reply'] = _ask(connection, url, method, target, headers, body, until)
    except (OSError, http_client.HttpError, ValueError) as problem:
        outcome['problem'] = problem


def _ask(connection, url, method, target, headers, body, until):
    known = [('Host', url.partition('://')[2]), *headers, ('Connection', 'close')]
    answer = http_client.ask(connection, method, target, known, body, max(SHORTEST, until - time.monotonic()))
    return Reply(answer.status, answer.headers, answer.read(BODY_LIMIT))


def _reason(problem):
    if isinstance(problem, http_client.HttpError):
        return str(problem)
    if isinstance(problem, ssl.SSLCertVerificationError):
        return 'its certificate is not trusted: %s' % problem.verify_message
    if isinstance(problem, ssl.SSLError):
        return 'TLS: %s' % (problem.reason or problem)
    if isinstance(problem, socket.timeout):
        return 'no answer in time'
    if isinstance(problem, socket.gaierror):
        return 'its name cannot be resolved (%s)' % problem.strerror
    return getattr(problem, 'strerror', None) or type(problem).__name__
