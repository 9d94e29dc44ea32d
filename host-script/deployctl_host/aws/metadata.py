"""Asks the metadata service of the EC2 instance (IMDSv2 only) for its region and for credentials of its role."""

import json
import re
import time

from ..errors import HostError
from . import transport

SESSION = '/latest/api/token'
REGION = '/latest/meta-data/placement/region'
ROLES = '/latest/meta-data/iam/security-credentials/'
SESSION_SECONDS = '300'
# One try may take this long: a host that is no instance gets no answer from the address at all.
PATIENCE = 2.0
TRIES = 2
WORD = re.compile(r'[!-~]{1,8192}')


class Credentials:
    """Credentials of a role for some hours. Their text form does not show them."""

    def __init__(self, key, secret, token):
        self.key = key
        self.secret = secret
        self.token = token

    def __repr__(self):
        return 'Credentials(%s)' % self.key


class Metadata:
    """The metadata service, within the deadline of a whole read."""

    def __init__(self, endpoint, deadline):
        self._endpoint = endpoint
        self._deadline = deadline
        self._session = None

    def region(self):
        """Returns the region of this instance."""
        reply = self._get(REGION)
        name = reply.body.decode('ascii', 'replace').strip()
        if reply.status != 200 or not re.fullmatch('[a-z0-9-]{4,40}', name):
            raise _refused('it does not tell the region (HTTP %d)' % reply.status, 'set region in [aws] of host.conf')
        return name

    def credentials(self):
        """Returns the present credentials of the role of this instance."""
        reply = self._get(ROLES)
        if reply.status == 404:
            raise HostError('definition', 'this instance has no role, whose credentials AWS could be asked with',
                            state='nothing was touched',
                            hint='attach an instance profile that may read the environment of this app')
        name = reply.body.decode('ascii', 'replace').split('\n')[0].strip()
        if reply.status != 200 or not re.fullmatch(r'[A-Za-z0-9+=,.@_-]{1,128}', name):
            raise _refused('it does not name the role (HTTP %d)' % reply.status)
        reply = self._get(ROLES + name)
        try:
            found = json.loads(reply.body.decode('utf-8')) if reply.status == 200 else {}
            parts = [found[field] for field in ('AccessKeyId', 'SecretAccessKey', 'Token')]
            sound = found.get('Code', 'Success') == 'Success' and all(WORD.fullmatch(part) for part in parts)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            sound = False
        if not sound:
            raise _refused('it has no valid credentials of the role %s' % name,
                           'check that the role exists and that EC2 may assume it')
        return Credentials(*parts)

    def _get(self, path):
        if self._session is None:
            reply = self._ask('PUT', SESSION, [('X-aws-ec2-metadata-token-ttl-seconds', SESSION_SECONDS)])
            session = reply.body.decode('ascii', 'replace').strip()
            if reply.status != 200 or not WORD.fullmatch(session):
                raise _refused('it gives no session token (HTTP %d)' % reply.status,
                               'allow IMDSv2 on this instance: aws ec2 modify-instance-metadata-options')
            self._session = session
        return self._ask('GET', path, [('X-aws-ec2-metadata-token', self._session)])

    def _ask(self, method, path, headers):
        reason = 'no time was left to ask'
        for _ in range(TRIES):
            now = time.monotonic()
            if now >= self._deadline:
                break
            until = min(now + PATIENCE, self._deadline)
            try:
                reply = transport.exchange(self._endpoint, method, path, headers, b'', until)
            except transport.Unanswered as problem:
                reason = str(problem)
                continue
            if reply.status < 500:
                return reply
            reason = 'HTTP %d' % reply.status
        raise HostError('unavailable', 'the metadata service of this instance does not answer (%s): %s' % (
            self._endpoint, reason), state='nothing was touched',
            hint='the host must be an EC2 instance with IMDSv2 enabled; curl -X PUT %s%s shows the answer' % (
                self._endpoint, SESSION))


def _refused(what, hint=None):
    return HostError('unavailable', 'the metadata service of this instance answered, but ' + what,
                     state='nothing was touched', hint=hint)
