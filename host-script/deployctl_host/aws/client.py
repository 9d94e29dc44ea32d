"""Makes JSON requests to one AWS service, signed with the role of the instance, repeated where that helps."""

import json
import random
import time

from ..errors import HostError
from . import answers, signature, transport
from .metadata import Metadata

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 3.0


class Client:
    """One read of a service: all its requests share a deadline and credentials."""

    def __init__(self, service, prefix, config):
        self._service = service     # as in the name of its endpoint and in signatures
        self._prefix = prefix       # of x-amz-target
        self._config = config
        self._deadline = time.monotonic() + config.timeout
        self._metadata = Metadata(config.metadata, self._deadline)
        self.region = config.region or self._metadata.region()
        self._endpoint = config.endpoint or 'https://%s.%s.amazonaws.com%s' % (
            service, self.region, '.cn' if self.region.startswith('cn-') else '')
        self._credentials = None

    def call(self, operation, request, what):
        """Returns the parsed answer. `what` names the thing that is read, for errors."""
        body = json.dumps(request).encode('utf-8')
        pause, renewed, reason = FIRST_PAUSE, False, 'no time was left to ask'
        while time.monotonic() < self._deadline:
            try:
                reply = self._send(operation, body)
            except transport.Unanswered as problem:
                reason = str(problem)
            else:
                if reply.status == 200:
                    return answers.parsed(self._endpoint, reply)
                refusal = answers.Refusal(reply)
                if refusal.is_expired and not renewed:
                    self._credentials, renewed = None, True
                    continue
                if not refusal.is_passing:
                    raise refusal.error(self._service, operation, what, self.region)
                reason = refusal.text
            time.sleep(max(0.0, min(pause * random.uniform(0.5, 1.0), self._deadline - time.monotonic())))
            pause = min(pause * 2, LONGEST_PAUSE)
        raise HostError('unavailable', '%s gave no answer about %s within %g s: %s' % (
            self._endpoint, what, self._config.timeout, reason), state='nothing was touched',
            hint='running apps are not affected; rollback does not need it')

    def _send(self, operation, body):
        if self._credentials is None:
            self._credentials = self._metadata.credentials()
        host = self._endpoint.partition('://')[2]
        headers = signature.headers(self._credentials, self.region, self._service, host,
                                    '%s.%s' % (self._prefix, operation), body)
        return transport.exchange(self._endpoint, 'POST', '/', headers, body, self._deadline)
