"""Signs requests with Signature Version 4 of AWS."""

import hashlib
import hmac
import time

ALGORITHM = 'AWS4-HMAC-SHA256'


def headers(credentials, region, service, host, target, body, now=None):
    """Returns the headers of a signed POST of a JSON request to the path /."""
    stamp = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(now))
    signed = {'content-type': 'application/x-amz-json-1.1', 'host': host, 'x-amz-date': stamp,
              'x-amz-security-token': credentials.token, 'x-amz-target': target}
    names = ';'.join(sorted(signed))
    request = '\n'.join(['POST', '/', ''] + ['%s:%s' % pair for pair in sorted(signed.items())] + [
        '', names, hashlib.sha256(body).hexdigest()])
    scope = '/'.join((stamp[:8], region, service, 'aws4_request'))
    text = '\n'.join((ALGORITHM, stamp, scope, hashlib.sha256(request.encode('utf-8')).hexdigest()))
    key = ('AWS4' + credentials.secret).encode('utf-8')
    for part in scope.split('/'):
        key = _hmac(key, part)
    authorization = '%s Credential=%s/%s, SignedHeaders=%s, Signature=%s' % (
        ALGORITHM, credentials.key, scope, names, _hmac(key, text).hex())
    del signed['host']      # the transport sends it
    return [*signed.items(), ('authorization', authorization)]


def _hmac(key, text):
    return hmac.new(key, text.encode('utf-8'), 'sha256').digest()
