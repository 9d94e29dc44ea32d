"""Answers of AWS services: parsed, or turned into errors for operators."""

import json
import re

from ..errors import HostError

THROTTLED = frozenset((
    'Throttling', 'ThrottlingException', 'ThrottledException', 'RequestThrottled', 'RequestThrottledException',
    'TooManyRequestsException', 'RequestLimitExceeded', 'ProvisionedThroughputExceededException', 'SlowDown',
    'PriorRequestNotComplete'))
EXPIRED = frozenset(('ExpiredToken', 'ExpiredTokenException', 'TokenRefreshRequired'))
CREDENTIALS = frozenset(('UnrecognizedClientException', 'InvalidClientTokenId', 'InvalidToken', 'AuthFailure',
                         'MissingAuthenticationToken', 'MissingAuthenticationTokenException'))
CLOCK = frozenset(('InvalidSignatureException', 'SignatureDoesNotMatch', 'RequestExpired', 'RequestTimeTooSkewed',
                   'IncompleteSignature'))
DENIED = frozenset(('AccessDeniedException', 'AccessDenied', 'UnauthorizedOperation', 'OptInRequired'))
ABSENT = frozenset(('ResourceNotFoundException', 'ParameterNotFound'))
TEXT_LIMIT = 300


class Refusal:
    """An answer that is not 200."""

    def __init__(self, reply):
        found = _object(reply.body) or _of_xml(reply.body)
        code = reply.headers.get('x-amzn-errortype') or found.get('__type') or found.get('code') or ''
        self.code = ascii(str(code))[1:-1].partition(':')[0].rpartition('#')[2][:80]
        self._status = reply.status
        message = found.get('message') or found.get('Message') or ''
        self._message = ascii(message)[1:-1][:TEXT_LIMIT] if isinstance(message, str) else ''

    @property
    def is_expired(self):
        """Returns whether new credentials would help."""
        return self.code in EXPIRED

    @property
    def is_passing(self):
        """Returns whether the same request may succeed later."""
        return self.code in THROTTLED or self._status == 429 or self._status >= 500

    @property
    def text(self):
        return ' '.join(filter(None, ('HTTP %d' % self._status, self.code, self._message)))

    def error(self, service, operation, what, region):
        """Returns the error for operators. No answer of this kind contains a value."""
        kind, said, hint = self._judged('%s:%s' % (service, operation), region)
        return HostError(kind, 'AWS %s %s: %s' % (said, what, self.text), state='nothing was touched', hint=hint)

    def _judged(self, action, region):
        if self.code in DENIED:
            return 'definition', 'does not allow the role of this instance to read', (
                'allow the role %s on it, and kms:Decrypt on its key if that is your own' % action)
        if self.code in ABSENT:
            hint = 'correct roots in [env] of the definition, or create it in %s' % region
            return 'definition', 'does not have', hint
        if self.code in EXPIRED or self.code in CREDENTIALS:
            return 'unavailable', 'refuses the credentials of the role of this instance for', (
                'the instance gets new ones by itself; check that the role still exists')
        if self.code in CLOCK:
            return 'unavailable', 'refuses the signature of this host for', (
                'check the clock of this host (timedatectl), and region in [aws] of host.conf')
        return 'definition', 'refuses to read', 'the message of AWS tells what to correct'


def parsed(endpoint, reply):
    """Returns the JSON object of an answer."""
    found = _object(reply.body)
    if not found:
        raise HostError('unavailable', '%s answered with something that is not JSON' % endpoint,
                        state='nothing was touched', hint='check endpoint in [aws] of host.conf')
    return found


def _of_xml(body):
    """Returns the code and the message of an error in XML, as front ends of AWS send it for any API."""
    text = body[:65536].decode('utf-8', 'replace')
    parts = ((name, re.search('<%s>([^<]*)</%s>' % (tag, tag), text)) for name, tag in (
        ('code', 'Code'), ('message', 'Message')))
    return {name: match.group(1) for name, match in parts if match}


def _object(body):
    try:
        found = json.loads(body.decode('utf-8'))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
