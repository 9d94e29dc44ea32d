"""Finds the running nginx and signals only that process.

`nginx -s reload` trusts its pid file: if that is stale and the pid was reused, another program gets the SIGHUP and
usually dies. So the process is checked first and signalled through a pidfd, which cannot refer to another one.
"""

import os
import re
import signal

from .. import programs
from ..errors import HostError

TIMEOUT = 30.0
DEFAULT_PID = '/run/nginx.pid'


class Settings:
    """The settings that are built into the binary, and those at the top level of its configuration."""

    def __init__(self, config):
        self.binary = config.binary
        done = programs.run([config.binary, '-V'], TIMEOUT)
        built = dict(re.findall(r'--([a-z-]+)=(\S+)', done.stderr))
        version = re.search(r'nginx/([0-9]+)\.([0-9]+)\.([0-9]+)', done.stderr)
        self.version = tuple(int(part) for part in version.groups()) if version else (0, 0, 0)
        prefix = built.get('prefix', '/etc/nginx')
        self.conf = _below(prefix, built.get('conf-path', 'conf/nginx.conf'))
        text = _read(self.conf)
        self.pid_file = _below(prefix, _directive(text, 'pid') or built.get('pid-path', DEFAULT_PID))
        self.error_log = _below(prefix, _directive(text, 'error_log') or built.get('error-log-path', 'logs/error.log'))
        self.user, self.group = _account(config.user, text, built)

    @property
    def version_text(self):
        return '%d.%d.%d' % self.version


def _below(prefix, path):
    return path if path.startswith('/') else '%s/%s' % (prefix.rstrip('/'), path)


def _read(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as source:
            return source.read(1024 * 1024)
    except OSError as problem:
        raise HostError('unavailable', "cannot read nginx's configuration %s: %s" % (
            path, problem.strerror)) from problem


def _directive(text, name):
    found = re.search(r'^[ \t]*%s[ \t]+([^\s;]+)' % name, text, re.MULTILINE)
    return found.group(1) if found else None


def _account(asked, text, built):
    """Returns (user, group) of the workers; the group is None if nginx uses the one with the user's name."""
    found = re.search(r'^[ \t]*user[ \t]+([^\s;]+)(?:[ \t]+([^\s;]+))?[ \t]*;', text, re.MULTILINE)
    user, group = found.groups() if found else (built.get('user', 'nobody'), built.get('group'))
    return (asked, None) if asked and asked != user else (user, group)


class Master:
    """A running nginx master process, pinned by pid and start time."""

    def __init__(self, pid, started):
        self.pid = pid
        self.started = started

    def workers(self):
        """Returns {pid: start time} of the workers, except those that only finish old connections."""
        return {pid: started for pid, started in self._children() if title(pid) == 'nginx: worker process'}

    def _children(self):
        for name in os.listdir('/proc'):
            if name.isdecimal():
                found = stat(int(name))
                if found and found[0] == self.pid:
                    yield int(name), found[1]

    def reload(self):
        """Sends SIGHUP to exactly this process."""
        if not hasattr(os, 'pidfd_open'):
            self._check()
            os.kill(self.pid, signal.SIGHUP)
            return
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            raise _absent('the master process %d has ended' % self.pid) from None
        try:
            self._check()
            signal.pidfd_send_signal(descriptor, signal.SIGHUP)
        except ProcessLookupError:
            raise _absent('the master process %d has ended' % self.pid) from None
        finally:
            os.close(descriptor)

    def _check(self):
        found = stat(self.pid)
        if found is None or found[1] != self.started:
            raise _absent('the master process %d has ended' % self.pid)


def master(settings):
    """Returns the nginx that runs with these settings; raises HostError('unavailable') if there is none."""
    try:
        with open(settings.pid_file, encoding='ascii') as source:
            pid = int(source.read(32).strip() or '0')
    except FileNotFoundError:
        raise _absent('there is no %s' % settings.pid_file) from None
    except (OSError, ValueError):
        raise _absent('%s cannot be read' % settings.pid_file) from None
    found = stat(pid) if pid > 1 else None
    if found is None:
        raise _absent('%s names process %d, which does not exist' % (settings.pid_file, pid))
    if not title(pid).startswith('nginx: master process'):
        raise _absent('%s is stale: process %d is not nginx and was not signalled' % (settings.pid_file, pid))
    return Master(pid, found[1])


def _absent(why):
    return HostError('unavailable', 'nginx is not running: %s' % why, hint='start it: systemctl start nginx')


def title(pid):
    """Returns the title of a process; '' if it has ended."""
    try:
        with open('/proc/%d/cmdline' % pid, 'rb') as source:
            return source.read(4096).replace(b'\0', b' ').decode('utf-8', 'replace').strip()
    except OSError:
        return ''


def stat(pid):
    """Returns (parent, start time) of a process, or None if it has ended."""
    try:
        with open('/proc/%d/stat' % pid, 'rb') as source:
            fields = source.read(4096).rpartition(b') ')[2].split()
    except OSError:
        return None
    if fields[0] in (b'Z', b'X'):
        return None
    return int(fields[1]), int(fields[19])


def still_there(workers):
    """Returns those of the recorded workers (pid to start time) that have not ended yet."""
    return [pid for pid, started in workers.items() if (stat(int(pid)) or (0, -1))[1] == started]
