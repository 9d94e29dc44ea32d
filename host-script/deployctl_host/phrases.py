"""The parts of the text for people that events have in common: images, times, errors, instances."""

import time


def process(one):
    text = '%(process)s %(running)d/%(wanted)d' % one
    if one['restarts']:
        text += ', started again %d times, last %s' % (one['restarts'], when(one['restarted']))
    return text


def instance(event):
    """Names an instance of the web part, or of a process."""
    return '%s %d' % (event.get('process') or 'instance', event['instance'])


def image(event):
    tag, digest = event.get('tag'), event.get('digest')
    return ' '.join(part for part in (tag, digest[:19] if digest else None) if part) or '-'


def of_web(event):
    """Returns instances and connections of the web part; '-' without one."""
    if event['mode'] == 'none':
        return '-', '-'
    return '%(running)d/%(wanted)d' % event['instances'], event['connections']


def up(serving, now):
    """Returns how long a release has been live, in the largest unit."""
    if not serving or not serving.get('since'):
        return '-'
    import calendar  # imported here because only this table needs it
    begun, ended = (calendar.timegm(time.strptime(each[:19], '%Y-%m-%dT%H:%M:%S')) for each in (serving['since'], now))
    for unit, length in (('d', 86400), ('h', 3600), ('min', 60)):
        if ended - begun >= length:
            return '%d %s' % ((ended - begun) // length, unit)
    return '%d s' % max(0, ended - begun)


def drained(event):
    """Returns the line above a status that tells of a drained host; '' for one that is not."""
    away = event.get('drained')
    return 'this host is drained since %s by %s: load balancers are told to send no requests\n' % (
        when(away['since']), away['by'] or '-') if away else ''


def requests(part):
    """Renders the requests of a period."""
    if part is None:
        return 'not known'
    return ('%(requests)s requests in %(seconds)s s, %(errors_5xx)s answered 5xx; '
            'p50 %(p50_ms)s ms, p95 %(p95_ms)s ms') % {key: '-' if value is None else value
                                                       for key, value in part.items()}


def receipt(facts):
    """Renders what users felt of a switch."""
    if facts['unknown']:
        return 'not known (%s)' % facts['unknown']
    before = facts['before']
    return '%d requests, %d failed%s' % (facts['requests'], facts['failures'], '' if before is None else (
        ' (in as long before: %d requests, %d failed)' % (before['requests'], before['failures'])))


def memory(memory):
    if not memory or memory['used'] is None:
        return '-'
    return '%d/%dM' % (memory['used'] >> 20, memory['limit'] >> 20)


def when(ts, length=19):
    return (ts or '-')[:length].replace('T', ' ')


def duration(ms):
    """Renders a duration as deployctl does: `0.8 s`, `42 s`, `1 min 40 s`, `2 h 5 min`; see contract/durations.json."""
    if ms < 9950:
        tenths = (ms + 50) // 100
        return '%d.%d s' % (tenths // 10, tenths % 10)
    seconds = (ms + 500) // 1000
    if seconds < 60:
        return '%d s' % seconds
    small, large, unit, smaller = (seconds, 60, 'min', 's') if seconds < 3600 else (seconds // 60, 60, 'h', 'min')
    whole, rest = divmod(small, large)
    return '%d %s' % (whole, unit) + (' %d %s' % (rest, smaller) if rest else '')


def error(error):
    """Renders an error: what happened, the state, and the next step, each on its own line."""
    if not error:
        return ''
    result = '\n  %s' % error['message']
    verdict = error.get('verdict') or {}
    if verdict.get('probe'):
        result += '\n  last probe   %s' % verdict['probe']
    if verdict.get('container'):
        facts = ('%s %s' % (name.replace('_', ' '), value) for name, value in verdict['container'].items()
                 if value is not None)
        result += '\n  container    %s' % ', '.join(facts)
    for place, line in enumerate(verdict.get('lines') or ()):
        result += '\n  %-12s %s' % ('' if place else 'last lines', line)
    for name, label in (('state', 'state'), ('hint', 'next')):
        if error.get(name):
            result += '\n  %-12s %s' % (label, error[name])
    return result


def held(one):
    """Returns the line of a status that tells of a held release; '' if there is none."""
    return '' if not one else '\n    > release %s (%s) is held by %s since %s until %s: promote or abandon it' % (
        one['release'], image(one), one['by'], when(one['since']), when(one['until']))


def held_release(event):
    """Returns the text of a release that is held now, with the way to it."""
    text = '        release %s is held until %s; no user reaches it before a promote' % (
        event['release'], when(event['until']))
    way = event['preview']
    return text if way is None else text + (
        "\n        preview: curl -H '%s: %s' %s\n        in a browser, the cookie %s=%s" % (
            way['header'], way['token'], way['url'] or 'ADDRESS', way['cookie'], way['token']))
