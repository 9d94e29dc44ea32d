"""`help`: lists every verb with its options, from the table that calls are checked against."""

from .. import arguments, patterns


def run(call):
    call.output.emit('help', text='\n'.join(lines()))
    return 0


def lines():
    yield 'deployctl-host VERB [APP] [--option=VALUE ...] [--output=text|ndjson]'
    yield ''
    for name, verb in arguments.VERBS.items():
        yield '  %-12s %s' % (name, verb.about)
        words = {arguments.NEEDED: 'APP', arguments.OPTIONAL: '[APP]', arguments.NONE: ''}[verb.app]
        options = ' '.join(_option(option, kind) for option, kind in verb.options.items())
        words = ' '.join(part for part in (words, options, _words(verb)) if part)
        if words:
            yield '  %-12s   %s' % ('', words)
    yield ''
    yield 'An APP is one that is defined on this host; a tag or digest is of its own repository; a word is %s.' % (
        patterns.PATTERNS['word'].pattern)
    yield 'Exit codes: 0 done, 64 usage, 66 not found, 69 unavailable, 70 internal, 73 the new release failed (the'
    yield 'old one stays live), 74 disk full, 75 locked, 77 not allowed, 78 definition or env is wrong.'


def _option(option, kind):
    return '--' + option if kind == arguments.FLAG else '--%s=%s' % (option, kind.upper())


def _words(verb):
    return '' if not verb.words else '-- WORDS' if verb.words_needed else '[-- WORDS]'
