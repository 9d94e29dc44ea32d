"""Turns Docker's message about a registry into a HostError; each known cause has its own hint."""

import re

from .. import regex
from ..errors import HostError

LIMITED = 'wait until the limit is over, give this host credentials (they have a higher one), or pull through a mirror'
OTHER_SERVER = ('another server than a registry answers there (a login page, a proxy, a web server): look at it '
                'on the host with curl -si https://%(host)s/v2/')
BUSY = 'the registry, or a proxy before it, is overloaded or restarting: try again in a moment'
EXPIRED = ('the credentials in config.json have expired: log in again, or use a credential helper, which gets new '
           'ones each time (for ECR: docs/host-configuration.md, Registries)')
UNTRUSTED = "Docker does not trust the registry's certificate: put its CA into /etc/docker/certs.d/%(host)s/ca.crt"
CLOCK = "the registry's certificate is not valid now: renew it, or correct the clock of this host"
CERTIFICATE = 'the certificate is for another name: is this really the registry (a login page, a proxy, a wrong name)?'
PLAIN = 'the registry speaks plain HTTP: give it TLS, or list it in insecure-registries of /etc/docker/daemon.json'
NAMES = ('this host cannot look up the name %(host)s: is it spelled correctly in [app] repository, and does DNS work '
         'here?')
PROXY = 'the proxy that Docker is configured to use does not answer: see systemctl show --property Environment docker'
UNREACHABLE = 'is the registry up, and reachable from this host?'
REPOSITORY = 'there is no such repository: correct [app] repository in the definition, or push the first image'
ABSENT = 'push the image first, or correct the tag'
OLD_FORMAT = 'push the image again with a current Docker or buildkit'
PLATFORM = 'build the image for this platform too: docker buildx build --platform %(platform)s ...'
ANONYMOUS = ('this host has no credentials for %(host)s: an operator must add them to %(config)s/config.json (for ECR: '
             'docs/host-configuration.md, Registries)')
REFUSED = ('the credentials for %(host)s in %(config)s/config.json are refused, or may not pull this repository; '
           'correct them, or [app] repository in the definition')

# (pattern of Docker's message, kind, message, hint); the first match counts. The image's name is removed before.
CAUSES = [(regex.lazy(pattern, re.IGNORECASE), kind, words, hint) for pattern, kind, words, hint in (
    (r'no matching manifest|no match for platform|no supported platform|cannot be used on this platform|'
     r'when requesting "', 'release-failed', '%s is not built for this platform', PLATFORM),
    (r'schema ?1 |manifest\.v1|schemaVersion', 'release-failed', '%s is in a format that Docker no longer supports',
     OLD_FORMAT),
    (r'toomanyrequests|too many requests|rate limit|rate exceeded|\b429\b', 'unavailable',
     'the registry limits pulls and refused %s', LIMITED),
    (r'unexpected http status:? 5\d\d|\b50[0234]\b|service unavailable|bad gateway|gateway time-?out', 'unavailable',
     'the registry failed to deliver %s', BUSY),
    (r"invalid character '<'|text/html|<html|<!doctype", 'unavailable', 'no registry answered for %s', OTHER_SERVER),
    (r'has expired or is not yet valid', 'unavailable', 'the registry cannot be trusted for %s', CLOCK),
    (r'certificate is valid for|not valid for any names|certificate is not valid for', 'unavailable',
     'the registry cannot be trusted for %s', CERTIFICATE),
    (r'x509|unknown authority', 'unavailable', 'the registry cannot be trusted for %s', UNTRUSTED),
    (r'http response to https client|does not look like a tls handshake', 'unavailable',
     'cannot pull %s from the registry', PLAIN),
    (r'no such host|server misbehaving|name resolution|lookup .* on ', 'unavailable',
     'cannot resolve the name of the registry for %s', NAMES),
    (r'proxyconnect', 'unavailable', 'the registry is unreachable for %s', PROXY),
    (r'time-?out|timed out|deadline exceeded|connection re(fused|set)|no route to host|network is unreachable|'
     r'\beof\b|broken pipe', 'unavailable', 'the registry is unreachable for %s', UNREACHABLE),
    (r'token has expired|credentials? (have|has) expired', 'unavailable', 'the registry refuses access to %s', EXPIRED),
    (r'name unknown|repository with name|repository name not known', 'not-found', 'the registry has no %s', REPOSITORY),
    (r'manifest unknown|not found', 'not-found', 'the registry has no %s', ABSENT),
    (r'unauthorized|denied|forbidden|no basic auth|authentication required|incorrect username', 'unavailable',
     'the registry refuses access to %s', None),
)]
BY_STATUS = {401: 'unauthorized', 403: 'denied', 404: 'not found', 429: 'toomanyrequests', 503: 'service unavailable'}


def error(repository, reference, problem, known, facts):
    """Returns the error for a DockerError. `known` are the credentials that were sent, `facts` the values for hints.

    Docker reports most refusals as status 500, so the message decides, not the status.
    """
    said = problem.message
    for name in (reference, repository, repository.partition('/')[2]):
        said = said.replace(name, '') if name else said
    for text in (said, BY_STATUS.get(problem.status, '')):
        for pattern, kind, words, hint in CAUSES:
            if pattern.search(text):
                return HostError(kind, '%s: %s' % (words % reference, problem.message),
                                 hint=(hint or _credentials(known)) % facts)
    return HostError('unavailable', 'cannot pull %s from the registry: %s' % (reference, problem.message),
                     hint=UNREACHABLE)


def _credentials(known):
    if known.get('helper'):
        return ('the credential helper %s has no credentials for %%(host)s; run it as root to see why: '
                'echo %%(host)s | %s get (for ECR: the role of this instance, docs/host-configuration.md, '
                'Registries)' % (
                    known['helper'], known['helper']))
    return REFUSED if known.get('sent') else ANONYMOUS


def unsuitable(reference, platforms, ours):
    """Returns the error for an image that is built only for other platforms."""
    return HostError('release-failed', '%s is not built for %s, the platform of this host, but for %s' % (
        reference, ours, ', '.join(platforms)), hint=PLATFORM % {'platform': ours})
