"""Tests nginx's configuration, more strictly than nginx does."""

import os

from .. import programs, regex
from ..errors import HostError

TIMEOUT = 60.0
PLACE = regex.lazy(r' in (/\S+?):(\d+)\s*$')
PROCESS = regex.lazy(r'^\d+#\d+: (\*\d+ )?')
CONFLICT = regex.lazy(r'conflicting server name "([^"]*)" on (\S+), ignored')


def test(settings, path, server_names, conf=None, called=None):
    """Runs `nginx -t`, on the main file `conf` if given; `called` maps file names to those in messages.

    Raises HostError('definition') naming the wrong file, the app's own (`path`, or None) or another. nginx only warns
    of a server name in two files, and one app then gets no traffic: here it is an error.
    """
    done = programs.run([settings.binary, '-t'] + (['-c', conf] if conf else []), TIMEOUT)
    said = done.stderr
    for name, right in (called or {}).items():
        said = said.replace(name, right)
    if done.exit != 0:
        raise refusal(said, path)
    for problem in conflicts(settings, server_names, said):
        raise problem


def refusal(said, path):
    """Returns the error for a configuration that nginx refuses."""
    lines = said.splitlines()
    worst = [line for line in lines if '[emerg]' in line or '[alert]' in line] or lines or ['no message']
    fatal = worst[0]
    message = PROCESS.sub('', fatal.partition('] ')[2] or fatal)
    return HostError('definition', 'nginx refuses its configuration: %s' % message, hint=_whose(message, path))


def conflicts(settings, server_names, said):
    """Returns an error for each server name that another file has too."""
    found = [CONFLICT.search(line) for line in said.splitlines()]
    return [HostError('definition', 'another virtual host on %s already has the server name %s' % (listen, name),
                      hint='find it: grep -rn "%s" %s' % (name, os.path.dirname(settings.conf)))
            for name, listen in (one.groups() for one in found if one) if name in server_names]


def _whose(message, path):
    place = PLACE.search(message)
    if place is None or path is None:
        return 'see: %s' % 'nginx -t'
    if place.group(1) == path:
        return "this app's own virtual host: correct [vhost] of its definition"
    return "the mistake is in %s, not in this app's virtual host" % place.group(1)


def complaints_since(settings, offset):
    """Returns the [emerg] messages in nginx's log from `offset` on: why an accepted reload had no effect."""
    try:
        with open(settings.error_log, 'rb') as source:
            source.seek(offset)
            text = source.read(256 * 1024).decode('utf-8', 'replace')
    except OSError:
        return []
    return [PROCESS.sub('', line.partition('[emerg] ')[2]) for line in text.splitlines() if '[emerg] ' in line]


def log_size(settings):
    try:
        return os.stat(settings.error_log).st_size
    except OSError:
        return 0
