"""Adds to a timeline what the audit log tells of an app: locks, changes of the env, drains, applies, refused calls."""

import json

from .. import events, paths, standby
from ..nginx import rotated

CHANGES = ('deploy', 'rollback', 'restart', 'stop', 'start', 'maintenance', 'run', 'release', 'console')
OF_THE_HOST = ('drain', 'undrain', 'apply')
LINES = 200000
LIMIT = 256 * 1024 * 1024
TS = slice(len(b'{"ts": "'), len(b'{"ts": "2026-11-30T04:19:45'))


def add(timeline):
    begin, end = (events.stamp(each)[:19].encode('ascii') for each in (timeline.begin, timeline.end))
    oldest = None
    with rotated.opened(paths.audit_log()) as (parts, closed):
        for why, written in closed:
            if written >= timeline.begin:
                timeline.lacks('audit log', why)
        for part in parts:
            if part.written < timeline.begin and not part.current:
                return
            for number, line in enumerate(_lines(timeline, part)):
                if number == LINES:
                    timeline.lacks('audit log', '%s has more than %d lines' % (part.name, LINES))
                    break
                oldest = min(oldest or line[TS], line[TS])
                if begin <= line[TS] <= end:
                    _take(timeline, line)
    if oldest is None or oldest > begin:
        timeline.lacks('audit log', 'it is empty' if oldest is None else 'it begins at %s UTC' % (
            oldest.decode('ascii', 'replace').replace('T', ' ')))


def _lines(timeline, part):
    if part.packed is None:
        yield from part.source
        return
    try:
        yield from part.unpacked(LIMIT)
    except rotated.Unreadable as problem:
        timeline.lacks('audit log', str(problem))


def _take(timeline, line):
    try:
        entry = json.loads(line)
        moment, verb, by = events.moment(entry['ts']), entry.get('verb'), entry.get('by')
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    mine = entry.get('app') == timeline.app or entry.get('app') is None and verb in OF_THE_HOST
    if not mine or entry.get('phase') != 'end':
        return
    words = {name: value for name, _, value in (
        word.partition('=') for word in entry.get('words') or () if isinstance(word, str))}
    if entry.get('exit'):
        error = entry.get('error')
        if verb in CHANGES and error and not str(error).startswith(standby.NOT_STARTED):
            timeline.add(moment, 'refused', '%s by %s was refused: %s' % (verb, by, error), by=by)
        return
    _done(timeline, moment, verb, by, words)


def _done(timeline, moment, verb, by, words):
    name = words.get('--name')
    if verb == 'lock' and '--renew' not in words:
        reason = words.get('--reason')
        timeline.add(moment, 'lock', 'locked by %s%s' % (by, ': ' + reason if reason else ''), by=by)
    elif verb == 'unlock':
        timeline.add(moment, 'lock', 'unlocked by %s%s' % (by, ', by force' if '--force' in words else ''), by=by)
    elif verb in ('env-set', 'env-unset') and '--check' not in words:
        timeline.add(moment, 'env', '%s was %s by %s; live with the next deploy or restart' % (
            name, 'set' if verb == 'env-set' else 'removed', by), by=by, names=[name])
    elif verb in ('drain', 'undrain'):
        timeline.add(moment, 'drain', 'the host was %sed by %s' % (verb, words.get('--by') or by), by=by)
    elif verb == 'apply' and '--check' not in words and not timeline.has('apply', moment, 10.0):
        timeline.add(moment, 'apply', "operators' files were applied by %s" % (words.get('--by') or by), by=by)
