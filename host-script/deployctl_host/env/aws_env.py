"""Reads an app's environment from Systems Manager parameters or from Secrets Manager, with the role of the instance."""

import json
import time
from typing import Any, Dict, Mapping, Optional, Set

from ..aws.client import Client
from ..errors import HostError
from . import lint

PAGES = 500


class _Merged:
    """Variables as they are read, root by root; later ones override."""

    def __init__(self):
        self.values: Dict[str, bytes] = {}
        self.origins: Dict[str, str] = {}
        self.changed: Dict[str, str] = {}

    def add(self, root, name, value, changed):
        self.values[name] = value.encode('utf-8', 'surrogatepass')
        self.origins[name] = root
        self.changed.pop(name, None)
        if type(changed) in (int, float):
            self.changed[name] = time.strftime('%Y-%m-%dT%H:%M:%S.000Z', time.gmtime(changed))


def parameters(roots, config, may_be_empty):
    """Returns the parameters directly below each path as (values in bytes, origins, times of changes)."""
    merged, client = _Merged(), Client('ssm', 'AmazonSSM', config)
    for root in roots:
        found = 0
        for parameter in _below(client, root):
            name, value = parameter.get('Name'), parameter.get('Value')
            if not isinstance(name, str) or not isinstance(value, str) or not name.startswith(root) or (
                    '/' in name[len(root):]):
                raise HostError('unavailable', 'AWS answered with a parameter that was not asked for',
                                state='nothing was touched')
            merged.add(root, name[len(root):], value, parameter.get('LastModifiedDate'))
            found += 1
        if not found and not may_be_empty:
            raise HostError('definition', 'AWS has no parameters below %s in %s' % (root, client.region),
                            state='nothing was touched',
                            hint='correct roots in [env] of the definition, or create parameters below that path')
    return merged.values, merged.origins, merged.changed


def _below(client, root):
    """Yields the parameters of all pages. A page may be empty although others follow."""
    token: Optional[str] = None
    seen: Set[Any] = set()
    for _ in range(PAGES):
        request = {'Path': root.rstrip('/'), 'Recursive': False, 'WithDecryption': True, 'MaxResults': 10}
        answer = client.call('GetParametersByPath', dict(request, NextToken=token) if token else request,
                             'the parameters below ' + root)
        page = answer.get('Parameters', [])
        if not isinstance(page, list) or not all(isinstance(each, dict) for each in page):
            break
        yield from page
        token = answer.get('NextToken')
        if not token:
            return
        if not isinstance(token, str) or token in seen:
            break
        seen.add(token)
    raise HostError('unavailable', 'AWS answered with pages of parameters that do not end', state='nothing was touched',
                    hint='try again')


def secrets(roots, config, may_be_empty):
    """Returns the members of each secret, a JSON object, as (values in bytes, origins, times of changes)."""
    merged, client = _Merged(), Client('secretsmanager', 'secretsmanager', config)
    for root in roots:
        answer = client.call('GetSecretValue', {'SecretId': root}, 'the secret ' + root)
        content = _members(root, answer)
        complaints = ['%s: its value in the secret is not a string' % ascii(name[:80])[1:-1]
                      for name, value in sorted(content.items()) if not isinstance(value, str)]
        lint.refuse(root, complaints)
        for name, value in content.items():
            merged.add(root, name, value, answer.get('CreatedDate'))
        if not content and not may_be_empty:
            raise HostError('definition', 'the secret %s is empty' % root, state='nothing was touched',
                            hint='fill it, or set may-be-empty = yes in [env] of the definition')
    return merged.values, merged.origins, merged.changed


def _members(root, answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.get('SecretString') or '')
    except (ValueError, TypeError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise HostError('definition', 'the secret %s is not a JSON object of names and values' % root,
                        state='nothing was touched',
                        hint='store key/value pairs: {"DATABASE_URL": "...", "SECRET_KEY_BASE": "..."}')
    return found
