"""Renders log lines, requests and timelines as text for people."""

from . import phrases


class TextOfRequests:
    """The part of the renderer for events of `logs`, `traffic` and `timeline`."""

    def _log_line(self, event):
        source = '%s%d' % (event['process'] + '.' if event.get('process') else '', event['instance'])
        return '%s %s%s %s' % (phrases.when(event['ts'], 23), source, '!' if event['stream'] == 'stderr' else ' ',
                               event['line'])

    def _logs_finished(self, event):
        return None

    def _traffic(self, event):
        result = '%s  release %s since %s' % (event['app'], event['release'], phrases.when(event['since']))
        for name in ('new', 'old'):
            result += '\n  %s  %s' % (name, phrases.requests(event[name]))
        return result

    def _traffic_release(self, event):
        return '%s  release %s (%s), %s to %s\n  %s%s' % (
            event['app'], event['release'], phrases.image(event), phrases.when(event['since']),
            phrases.when(event['until']), phrases.requests(event['requests']),
            ': ' + event['unknown'] if event['unknown'] else '')

    def _traffic_finished(self, event):
        return None if event['releases'] else 'no release was live in this time'

    def _timeline_entry(self, event):
        return '%s  %-10s %s' % (phrases.when(event['ts']), event['kind'], event['text'])

    def _timeline_missing(self, event):
        return 'not known from %s: %s' % (event['source'], event['reason'])

    def _timeline_finished(self, event):
        return None if event['entries'] else 'nothing is recorded in this time'
