"""Adds to a timeline what the kernel killed for lack of memory, from the journal or else from the kernel's buffer."""

import datetime
import json
import os
import re
import time

from .. import programs
from ..errors import HostError

JOURNALCTL, DMESG = '/usr/bin/journalctl', '/usr/bin/dmesg'
TIMEOUT = 8.0
MESSAGES = 5000
SINCE_BOOT = '/proc/stat'
KILL = re.compile(r'oom-kill:constraint=(\w+).*?task_memcg=([^,]*),task=([^,]*),pid=([0-9]+)')
CONTAINER = re.compile(r'(?:^|[/-])([0-9a-f]{64})(?:\.scope)?(?:/|$)')
ISO = re.compile(r'([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[,.][0-9]{6}[+-][0-9]{2}:[0-9]{2}) (.*)')


def add(timeline, names, is_root):
    """`names` are the app's containers by id; of others the caller learns no more than that memory ran out."""
    for moment, text in _messages(timeline):
        kill = KILL.search(text)
        if kill is None:
            continue
        constraint, group, task, pid = kill.groups()
        inside = CONTAINER.search(group)
        identity = inside.group(1) if inside else None
        name = names.get(identity or '')
        host_wide = constraint != 'CONSTRAINT_MEMCG'
        if name is not None and identity is not None:
            timeline.add(moment, 'oom', 'the kernel killed %s (process %s) in %s: %s' % (
                task, pid, name, 'the host had no memory left' if host_wide else 'its memory limit was reached'),
                container=identity[:12], oom_killed=True)
        elif host_wide:
            timeline.add(moment, 'oom', 'the host had no memory left: the kernel killed %s' % (
                '%s (process %s, %s)' % (task, pid, group) if is_root else 'a process of something else'),
                container=None, oom_killed=True)


def boot(timeline):
    """Adds the start of the host."""
    with open(SINCE_BOOT, encoding='ascii') as source:
        started = next((int(line.split()[1]) for line in source if line.startswith('btime ')), None)
    if started is not None:
        timeline.add(started, 'host', 'the host was started')


def _messages(timeline):
    """Returns [(moment, text)] of the period, and notes what is missing."""
    if os.path.exists(JOURNALCTL) and _journal(until=timeline.begin, count=1):
        found = _journal(since=timeline.begin, until=timeline.end, count=MESSAGES)
        if len(found) == MESSAGES:
            timeline.lacks('kernel messages', 'there were more than %d' % MESSAGES)
        return found
    found = _buffer()
    if not found:
        timeline.lacks('kernel messages', 'neither the journal nor the buffer of the kernel has any')
    elif found[0][0] > timeline.begin:
        timeline.lacks('kernel messages', 'the oldest is of %s' % time.strftime(
            '%Y-%m-%d %H:%M:%S UTC', time.gmtime(found[0][0])))
    return found


def _journal(until, count, since=None):
    words = [JOURNALCTL, '_TRANSPORT=kernel', '-q', '--no-pager', '-o', 'json', '--output-fields=MESSAGE',
             '-n', str(count), '--until=@%d' % (until + 1)]
    done = programs.run(words + ([] if since is None else ['--since=@%d' % since]), TIMEOUT)
    if done.exit != 0:
        return []
    return [found for found in map(_journal_line, done.stdout.splitlines()) if found is not None]


def _journal_line(line):
    try:
        entry = json.loads(line)
        text = entry['MESSAGE']
        return int(entry['__REALTIME_TIMESTAMP']) / 1e6, text if isinstance(text, str) else bytes(text).decode(
            'utf-8', 'replace')
    except (ValueError, KeyError, TypeError):
        return None


def _buffer():
    done = programs.run([DMESG, '--time-format=iso'], TIMEOUT)
    if done.exit != 0:
        raise HostError('unavailable', '%s: %s' % (DMESG, done.stderr.strip()[:200] or 'exit code %d' % done.exit))
    return [(datetime.datetime.fromisoformat(match.group(1).replace(',', '.')).timestamp(), match.group(2))
            for match in map(ISO.match, done.stdout.splitlines()) if match]
