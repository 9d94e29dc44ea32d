"""Renders events as text for people, one line each, without requiring a wide terminal."""

import json

from . import phrases
from .render_requests import TextOfRequests

ROW = '%-16s %-22s %-24s %-5s %-9s %-11s %-9s %-22s %s'
HEADING = ('APP', 'RELEASE', 'IMAGE', 'UP', 'INSTANCES', 'CONNECTIONS', 'MEMORY', 'PREVIOUS', 'STATE')
MIB = 1024 ** 2
WORDS = {'env': 'read env', 'stop': 'stop old release'}


class Renderer(TextOfRequests):
    """Turns events into text. An unknown event is shown with all its fields."""

    def __init__(self):
        self._heading = False

    def line(self, event):
        """Returns the text of one event, or None if it is not shown."""
        method = getattr(self, '_' + event['type'].replace('.', '_'), None)
        return method(event) if method else self._unknown(event)

    def _unknown(self, event):
        return '%s  %s' % (event['type'], '  '.join('%s=%s' % (name, value) for name, value in event.items()
                                                    if name not in ('v', 'seq', 'ts', 'type')))

    def _help(self, event):
        return event['text']

    def _deploy_started(self, event):
        return '%s %s  %s  by %s  rollout %s%s' % (
            event['verb'], event['app'], phrases.image(event), event['by'], event['rollout'],
            '  replaces %s' % event['replaces'] if event['replaces'] else '')

    def _step_started(self, event):
        return None

    def _step_finished(self, event):
        return '  ok    %-16s %s' % (WORDS.get(event['step'], event['step']), phrases.duration(event['ms']))

    def _step_failed(self, event):
        return '  FAIL  %-16s %s' % (WORDS.get(event['step'], event['step']), phrases.duration(event['ms']))

    def _image_resolved(self, event):
        return '        %s is %s' % (event['tag'], event['digest']) if event['tag'] else None

    def _env_read(self, event):
        return '        %d names from %s%s' % (len(event['names']), event['source'],
                                               ' at revision %s' % event['revision'] if event['revision'] else '')

    def _container_started(self, event):
        return '        %s: %s' % (phrases.instance(event), event['name'])

    def _health_probe(self, event):
        return '        %s: %s%s' % (phrases.instance(event), '' if event['ok'] else 'not yet: ', event['saw'])

    def _process_retiring(self, event):
        return '        %s of release %s may finish its job until %s' % (
            phrases.instance(event), event['release'], phrases.when(event['until']))

    def _switched(self, event):
        what = 'the virtual host was removed' if event['mode'] == 'none' else 'switched'
        return '        %s%s' % (what, ' (nginx reloaded)' if event['reload'] else ', without a reload')

    def _drain_progress(self, event):
        return '        %d connections left after %s' % (event['connections'], phrases.duration(event['waited_ms']))

    def _drain_finished(self, event):
        if event['cut']:
            return '        %d connections were still open after %s and are closed' % (
                event['cut'], phrases.duration(event['waited_ms']))
        return '        drained in %s' % phrases.duration(event['waited_ms'])

    def _release_held(self, event):
        return phrases.held_release(event)

    def _receipt(self, event):
        return '        users during the switch: %s' % phrases.receipt(event)

    def _warning(self, event):
        return '  warning  %s' % event['message']

    def _deploy_finished(self, event):
        serving = '%s %s' % (event['serving'], phrases.image(event)) if event['serving'] else 'nothing'
        result = '%s: %s in %s; serving: %s' % (event['verb'], event['outcome'], phrases.duration(event['ms']), serving)
        return result + phrases.error(event.get('error'))

    def _error(self, event):
        return 'refused (exit %d)%s' % (event['exit'], phrases.error(event['error']))

    def _version(self, event):
        return 'deployctl-host %s (protocol %s) on %s; Python %s, nginx %s, Docker %s' % (
            event['version'], event['protocol'], event['host'], event['python'], event['nginx'] or 'absent',
            event['docker'] or 'absent')

    def _check(self, event):
        return '  %-5s %-12s %s%s' % ('ok' if event['ok'] else 'FAIL', event['name'], event['message'],
                                      '\n        next: ' + event['hint'] if event['hint'] and not event['ok'] else '')

    def _preflight_finished(self, event):
        result = ''.join('  warning  %s\n' % text for text in event['warnings'])
        return result + ('ready' if event['ok'] else 'not ready (exit %d)' % event['exit'])

    def _pull_finished(self, event):
        what = {'succeeded': 'pulled', 'unchanged': 'here already', 'failed': 'failed'}[event['outcome']]
        return '%s: %s in %s%s' % (what, phrases.image(event), phrases.duration(event['ms']),
                                   phrases.error(event.get('error')))

    def _status(self, event):
        heading = '' if self._heading else phrases.drained(event) + ROW % HEADING + '\n'
        self._heading = True
        serving, previous, lock = event['serving'], event['previous'], event['lock']
        text = event['state']
        who = event.get(event['state']) if event['state'] in ('maintenance', 'stopped') else None
        if who:
            text += ' since %s (%s)' % (phrases.when(who['since']), who['by'])
        if lock:
            text += ' (%s by %s since %s%s)' % (lock['reason'] or 'locked', lock['holder'], lock['since'],
                                                ', at ' + lock['step'] if lock['step'] else '')
        restarts = event['instances']['restarts']
        if restarts:
            text += '\n    ! its containers ended and were started again: %d time%s, last %s' % (
                restarts, 's' * (restarts > 1), phrases.when(event['instances']['restarted']))
        text += ''.join('\n    ! ' + each for each in event['drift'])
        applied = event.get('applied') or {}
        text += ''.join('\n    ! %s differs from the last apply (by %s, %s)' % (
            each, applied['by'], phrases.when(applied['at'])) for each in applied.get('drift', ()))
        text += ''.join('\n    ' + phrases.process(one) for one in event.get('processes', ()))
        text += ''.join('\n    > %s of release %s may finish its job until %s' % (
            phrases.instance(one), one['release'], phrases.when(one['until'])) for one in event.get('retiring', ()))
        text += phrases.held(event.get('held'))
        text += ''.join('\n    > run by %s since %s in container %s: %s' % (
            one['by'], phrases.when(one['since']), one['container'], ' '.join(one['words'])) for one in event['runs'])
        return heading + ROW % (
            event['app'], serving['release'] if serving else '-', phrases.image(serving) if serving else '-',
            phrases.up(serving, event['ts']), *phrases.of_web(event), phrases.memory(event['memory']),
            previous['release'] if previous else '-', text)

    def _definition(self, event):
        return '\n'.join('%-16s %s' % (name, json.dumps(value)) for name, value in event.items()
                         if name not in ('v', 'seq', 'ts', 'type'))

    def _env_name(self, event):
        live = {'same': '', 'differs': 'not live yet: the live release has another value',
                'absent': 'not live yet', 'only': 'removed: only the live release has it', None: ''}[event['live']]
        changed = 'changed %s%s' % (phrases.when(event['changed']), ' by ' + event['by'] if event['by'] else '') if (
            event['changed']) else ''
        return ('%-32s %s' % (event['name'], '  '.join(filter(None, (event['source'], changed, live))))).rstrip()

    def _env_listed(self, event):
        return '%d names from %s%s' % (event['names'], event['source'],
                                       '\n  ! ' + event['problem'] if event['problem'] else '')

    def _env_edited(self, event):
        text = {'set': '%s was set in %s', 'unset': '%s was removed from %s', 'unchanged': '%s is not set in %s',
                'checked': '%s can be changed in %s'}[event['outcome']] % (event['name'], event['where'])
        text += '; it is still set by %s' % event['still'] if event['still'] else ''
        text += ''.join('\n  warning  ' + each for each in event['warnings'])
        return text + ('' if event['outcome'] not in ('set', 'unset') else
                       '\nthe live release keeps its environment: deployctl-host restart %s' % event['app'])

    def _schedule(self, event):
        last = event['last']
        text = '%-20s %s%s  on %s: %s\n    next  %s' % (
            event['schedule'], event['at'], ' ' + event['timezone'] if event['timezone'] else '', event['on'],
            ' '.join(event['command']), phrases.when(event['next']) if event['next'] else
            'never on this host' if not event['here'] else 'none')
        if last:
            text += '\n    last  %s  %s%s  run %s' % (
                phrases.when(last['ts']), last['outcome'] or 'under way',
                '' if last['ms'] is None else ' in %s' % phrases.duration(last['ms']), last['run'])
            text += ': %s' % last['error'] if last['error'] else ''
        text += ''.join('\n    skipped %s (%s): %s' % (phrases.when(one['slot']), one['reason'], one['message'])
                        for one in event['skipped'])
        return text + ('\n    ! ' + event['problem'] if event['problem'] else '')

    def _schedules_finished(self, event):
        return None if event['schedules'] else 'the recorded release has no schedules'

    def _schedule_skipped(self, event):
        return 'schedule %s of %s was not run (%s): %s' % (
            event['schedule'], event['app'], event['reason'], event['message'])

    def _status_finished(self, event):
        return None if event['apps'] else 'no app is defined on this host (/etc/deployctl/apps/)'

    def _capacity(self, event):
        if event['total'] is None:
            return 'the memory of this host is not known'
        return 'memory: %d of %d MiB are reserved by the limits of containers, %d MiB are available now' % tuple(
            event[name] // MIB for name in ('reserved', 'total', 'available'))

    def _history_entry(self, event):
        result = '%s  %-12s %-12s %-11s %-8s %-10s %8s  rollout %s' % (
            phrases.when(event['ts']), event['app'], event['by'], event['verb'],
            event['tag'] or (event['digest'] or '-')[7:15], event['outcome'] or 'under way',
            '-' if event['ms'] is None else phrases.duration(event['ms']), event['rollout'] or '-')
        if event['from']:
            result += ' from %s' % event['from']
        if event['run']:
            result += '\n    %s  (exit %s, container %s)' % (
                ' '.join(event['run']['words']), event['run']['exit'], event['run']['container'])
            result += ''.join('\n    | ' + line for line in event['run']['lines'])
        result += ''.join('\n    %s ended with exit code %s after %s%s' % (
            phrases.instance(one), one['exit'], '-' if one['ms'] is None else phrases.duration(one['ms']),
            ', killed' if one['killed'] else '') for one in event.get('retired', ()))
        if (event.get('receipt') or {}).get('requests') is not None:
            result += '\n    users during the switch: %s' % phrases.receipt(event['receipt'])
        return result + ('\n    %s' % event['error'] if event['error'] else '')

    def _history_finished(self, event):
        return None if event['entries'] else 'no changes are recorded on this host'

    def _run_started(self, event):
        return 'run %s  of %s  in container %s' % (
            ' '.join(event['words']), event['release'] or event['digest'], event['container'])

    def _run_finished(self, event):
        exit, error = event['exit'], event.get('error')
        how = 'exit code unknown' if exit is None else 'exit %s in %s' % (exit, phrases.duration(event['ms'] or 0))
        return 'the definition has none' if event.get('none') else 'run: ' + how + ('; ' + error if error else '')

    def _prune_finished(self, event):
        return 'prune: %d releases, %d images, %d containers, %d records of transactions removed' % (
            len(event['releases']), len(event['images']), event['containers'], event['transactions'])

    def _remove_finished(self, event):
        text = '%s was removed: %d containers, %d images, %d releases%s' % (
            event['app'], event['containers'], event['images'], len(event['releases']),
            ', its virtual host' if event['vhost'] else '')
        return '\n'.join([text] + ['  kept: ' + path for path in event['left']])

    def _balancer_progress(self, event):
        return '  %s  %d requests since the drain began, %s in progress, none for %s; asked %d times' % (
            phrases.duration(event['waited_ms']), event['requests'],
            'unknown' if event['active'] is None else event['active'], phrases.duration(event['quiet_ms']),
            sum(one['checks'] for one in event['checks']))

    def _balancer_drained(self, event):
        text = 'drained since %s by %s; ' % (phrases.when(event['since']), event['by'] or '-')
        if event['safe']:
            return text + 'no request for %s: safe to reboot' % phrases.duration(event['quiet_ms'])
        lines = ['  ' + reason for reason in event['reasons']] + [
            '  %s: %d requests, from %s' % (one['app'], one['requests'], ', '.join(one['clients']))
            for one in event['apps']]
        return '\n'.join([text + 'not yet safe to reboot:'] + lines)

    def _balancer_undrained(self, event):
        was = event['was']
        return 'load balancers are told to send requests%s' % (
            '; drained since %s by %s' % (phrases.when(was['since']), was['by'] or '-') if was else ', as before')

    def _converge_app(self, event):
        what = {'succeeded': 'brought to', 'unchanged': 'has already', 'stopped': 'is stopped; recorded is',
                'unrecorded': 'has nothing recorded', 'locked': 'is locked; recorded is',
                'failed': 'could not be brought to'}[event['outcome']]
        image = phrases.image({'tag': event['tag'], 'digest': event['desired']}) if event['desired'] else ''
        return '%-20s %s %s%s' % (event['app'], what, image, phrases.error(event.get('error')))

    def _converge_finished(self, event):
        return '%d apps: %d changed, %d failed' % (event['apps'], event['changed'], event['failed'])

    def _apply_file(self, event):
        lines = ['%-7s %s' % (event['change'], event['path'])]
        for kind, names in sorted(event.get('names', {}).items()):
            lines += ['    %s: %s' % (kind, ', '.join(names))] if names else []
        lines += ['    ' + line for line in event.get('diff', ())]
        return '\n'.join(lines + ['    (cut)'] if event.get('cut') else lines)

    def _apply_finished(self, event):
        text = {'checked': '%d files would change', 'applied': '%d files were changed',
                'unchanged': 'no file differs'}[event['outcome']]
        lines = [text % event['changed'] if '%' in text else text]
        lines += ['  left alone: ' + path for path in event['unmanaged']]
        lines += ['  changed since the last apply: ' + path for path in (event['before'] or {}).get('drift', ())]
        return '\n'.join(lines)

    def _lock_taken(self, event):
        return '%s is locked by %s since %s until %s as %s%s' % (
            event['app'], event['holder'], phrases.when(event['since']),
            phrases.when(event['expires']) if event['expires'] else 'it is unlocked', event['lock'],
            ': ' + event['reason'] if event['reason'] else '')

    def _lock_released(self, event):
        return '%s is not locked any more' % event['app']

    def _recovered(self, event):
        return 'recovered %s: %s of rollout %s: %s; serving: %s' % (
            event['app'], event['verb'], event['rollout'], event['message'], event['serving'] or 'nothing')

    def _recover_finished(self, event):
        return '%d of %d apps had an unfinished transaction' % (event['settled'], event['apps'])
