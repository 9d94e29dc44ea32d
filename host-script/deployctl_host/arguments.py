"""Parses the command line into a request. Anything that is not listed here is refused."""

import os
from typing import Mapping, NamedTuple, Optional, Tuple, Union

from . import patterns
from .errors import HostError

FLAG = 'flag'
TRANSACTION = {'rollout': 'rollout', 'wait': 'seconds', 'lock': 'lock', 'standby': FLAG}
IMAGE = {'tag': 'tag', 'digest': 'digest'}
NEEDED, OPTIONAL, NONE = 'needed', 'optional', 'none'
DEPLOYERS, EDITORS, DEPLOYERS_AND_EDITORS = 'deployers', 'editors', 'deployers and editors'
HOLD = (60, 604800)    # the seconds for which a release may be held
EDIT = {'name': 'name', 'expect': 'token', 'check': FLAG}


class Verb(NamedTuple):
    """The arguments that one verb accepts."""

    app: str = NEEDED
    options: Mapping[str, str] = {}
    exactly_one: Tuple[str, ...] = ()
    at_most_one: Tuple[str, ...] = ()
    needed: Tuple[str, ...] = ()
    words: bool = False
    words_needed: bool = True
    root: bool = False      # only root may call it, not the app's deployers
    who: str = DEPLOYERS    # whom the definition admits; root may call every verb
    about: str = ''


VERBS = {
    'help': Verb(NONE, about='show this list'),
    'version': Verb(NONE, about='show the versions of this script, its protocol, Python, nginx and Docker'),
    'preflight': Verb(options=dict(IMAGE, emergency='reason'), at_most_one=('tag', 'digest'),
                      about='check everything that a deploy needs; change nothing'),
    'pull': Verb(options=IMAGE, exactly_one=('tag', 'digest'), about='pull an image ahead of its deploy'),
    'deploy': Verb(options=dict(IMAGE, **{'from-tag': 'tag', 'force': FLAG, 'hold': 'seconds', 'preview': 'preview'},
                                emergency='reason', **TRANSACTION),
                   exactly_one=('tag', 'digest'),
                   about='deploy a release, or leave everything as it was; with --hold no user reaches it before a '
                         'promote'),
    'promote': Verb(options=dict(TRANSACTION, release='release', emergency='reason'),
                    about='switch to the release that is held'),
    'abandon': Verb(options=dict(TRANSACTION, release='release'), about='remove the release that is held'),
    'rollback': Verb(options=dict(TRANSACTION, to='release', undo='rollout'), at_most_one=('to', 'undo'),
                     about='roll back to the previous release, a named one, or the one that a rollout replaced'),
    'restart': Verb(options=TRANSACTION, about='restart the live release with a fresh env'),
    'stop': Verb(options=TRANSACTION, about='stop the app; its users get a 503 page'),
    'start': Verb(options=TRANSACTION, about='start a stopped app'),
    'status': Verb(OPTIONAL, options={'capacity': FLAG}, about='show the live release, since when, and what is wrong'),
    'definition': Verb(about='show how the app is defined here, with all defaults; no value of its environment'),
    'history': Verb(OPTIONAL, options={'limit': 'count'}, about='show past changes: who, when, and the result'),
    'logs': Verb(options={'release': 'release', 'process': 'process', 'tail': 'count', 'since': 'seconds',
                          'follow': FLAG, 'grep': 'text', 'ignore-case': FLAG},
                 about="show the logs of the app's containers, or with --grep the lines with a text"),
    'traffic': Verb(options={'window': 'seconds', 'since': 'seconds'}, at_most_one=('window', 'since'),
                    about='show errors and latency of requests with the live release and before it'),
    'timeline': Verb(options={'since': 'seconds', 'until': 'seconds'}, needed=('since',),
                     about='show what happened to the app in a period: changes, containers that ended, 5xx answers'),
    'run': Verb(options=dict(IMAGE, **{'from-tag': 'tag'}), at_most_one=('tag', 'digest'), words=True,
                about='run a one-off command that the definition allows'),
    'release': Verb(options={'digest': 'digest', 'from-tag': 'tag', 'rollout': 'rollout', 'lock': 'lock',
                             'check': FLAG, 'emergency': 'reason'}, needed=('digest',),
                    about='run the release command for a rollout, once'),
    'console': Verb(options={'reason': 'reason'}, words=True, words_needed=False,
                    about='open a terminal in a new container of the live release'),
    'maintenance': Verb(options=dict({'on': FLAG, 'off': FLAG}, **TRANSACTION), exactly_one=('on', 'off'),
                        about='turn the 503 maintenance page on or off'),
    'lock': Verb(options={'lock': 'lock', 'reason': 'reason', 'expires': 'seconds', 'renew': FLAG,
                          'standby': FLAG},
                 about='lock the app against changes by others'),
    'unlock': Verb(options={'lock': 'lock', 'force': FLAG, 'standby': FLAG}, exactly_one=('lock', 'force'),
                   about='release the lock'),
    'attach': Verb(options={'rollout': 'rollout', 'from': 'sequence', 'run': 'run'}, exactly_one=('rollout', 'run'),
                   about='follow a transaction or a one-off command, from its beginning'),
    'recover': Verb(OPTIONAL, about='settle transactions that a crash or a power cut left unfinished'),
    'prune': Verb(about='remove releases that are no longer kept'),
    'remove': Verb(root=True,
                   about='remove an app from this host: virtual host, containers, images, state (root only)'),
    'env-list': Verb(who=DEPLOYERS_AND_EDITORS,
                     about='list the names of the environment: where each is set, and whether the live release has it'),
    'env-set': Verb(options=dict(EDIT, **{'until-nul': FLAG}), needed=('name',), who=EDITORS,
                    about='set a variable of the environment to the value on standard input'),
    'env-unset': Verb(options=EDIT, needed=('name',), who=EDITORS, about='remove a variable from the environment'),
    'schedules': Verb(about='show the schedules of the app: last run, next run, and runs that were skipped'),
    'scheduled': Verb(options={'schedule': 'schedule'}, needed=('schedule',), root=True,
                      about='run a schedule; its systemd timer calls this (root only)'),
    'drain': Verb(NONE, options={'wait': 'seconds', 'by': 'reason'}, root=True,
                  about='tell load balancers to send no more requests, and wait until none arrive (root only)'),
    'undrain': Verb(NONE, root=True, about='tell load balancers to send requests again (root only)'),
    'converge': Verb(OPTIONAL, about='deploy the recorded release of each app on this host'),
    'apply': Verb(NONE, options={'base': 'hash', 'check': FLAG, 'by': 'by'}, needed=('by',), root=True,
                  about="replace the operators' files of this host by those in a tar archive on standard input "
                        '(root only)'),
}


class Request(NamedTuple):
    """A checked call: option names as typed without '--', numbers as int, flags as True."""

    verb: str
    app: Optional[str] = None
    options: Mapping[str, Union[str, int, bool]] = {}
    words: Tuple[str, ...] = ()


def parse(argv):
    """Returns the request in `argv` (without the program's name); raises HostError('usage') if it is not valid."""
    _check_size(argv)
    if not argv:
        raise _usage('a verb is required', 'one of: %s' % ', '.join(VERBS))
    if argv[0] in ('--help', '-h'):
        argv = ['help'] + argv[1:]
    verb = VERBS.get(argv[0])
    if verb is None:
        raise _usage('%s is not a verb%s' % (_shown(argv[0]), _guess(argv[0], VERBS)), 'one of: %s' % ', '.join(VERBS))
    before, words = _split(argv[0], verb, argv[1:])
    apps, options = _options(argv[0], verb, before)
    _check_combination(argv[0], verb, options)
    return Request(argv[0], _app(argv[0], verb, apps), options, words)


def _check_size(argv):
    if len(argv) > patterns.WORDS_LIMIT:
        raise _usage('%d arguments are too many (at most %d)' % (len(argv), patterns.WORDS_LIMIT))
    for word in argv:
        if len(os.fsencode(word)) > patterns.WORD_BYTES_LIMIT:
            raise _usage('an argument of %d bytes is too long (at most %d)' % (len(os.fsencode(word)),
                                                                               patterns.WORD_BYTES_LIMIT))


def _split(name, verb, rest):
    """Splits the arguments at '--'; only `run` accepts arguments after it."""
    if not verb.words:
        return rest, ()
    if '--' not in rest and not verb.words_needed:
        return rest, ()
    if '--' not in rest or rest[-1] == '--':
        raise _usage('%s needs a command' % name, 'deployctl-host %s APP -- COMMAND' % name)
    border = rest.index('--')
    words = tuple(rest[border + 1:])
    for word in words:
        if not patterns.matches('word', word):
            raise _usage('%s is not a valid argument of a command' % _shown(word))
    return rest[:border], words


def _options(name, verb, rest):
    """Separates positional arguments from options and checks that each option is given once, with a valid value."""
    known = dict(verb.options, output='output')
    positional, options, place = [], {}, 0
    while place < len(rest):
        word = rest[place]
        place += 1
        if not word.startswith('-'):
            positional.append(word)
            continue
        option, equals, value = word[2:].partition('=')
        kind = known.get(option) if word.startswith('--') else None
        if kind is None:
            raise _usage('%s has no option %s%s' % (name, _shown(word.partition('=')[0]), _guess(option, known, '--')))
        if option in options:
            raise _usage('--%s is given twice' % option)
        if kind == FLAG:
            if equals:
                raise _usage('--%s takes no value' % option)
            options[option] = True
            continue
        if not equals:
            if place == len(rest):
                raise _usage('--%s needs a value' % option)
            value = rest[place]
            place += 1
        options[option] = _value(option, kind, value)
    return positional, options


def _value(option, kind, value):
    if not patterns.matches(kind, value):
        raise _usage('--%s: %s is not a valid %s' % (option, _shown(value), kind),
                     'its pattern is %s' % patterns.PATTERNS[kind].pattern)
    return int(value) if kind in patterns.NUMBERS else value


def _app(name, verb, apps):
    if len(apps) > 1 or (apps and verb.app == NONE):
        raise _usage('%s: unexpected argument: %s' % (name, _shown(apps[-1])))
    if not apps:
        if verb.app == NEEDED:
            raise _usage('%s needs the name of an app' % name)
        return None
    if not patterns.matches('app', apps[0]):
        raise _usage('%s is not the name of an app' % _shown(apps[0]), 'its pattern is %s' % patterns.APP)
    return apps[0]


def _check_combination(name, verb, options):
    """Checks the rules between options."""
    for group, low in ((verb.exactly_one, 1), (verb.at_most_one, 0)):
        given = [option for option in group if option in options]
        if group and not low <= len(given) <= 1:
            raise _usage('%s takes %s of %s' % (name, 'exactly one' if low else 'at most one',
                                                ' and '.join('--' + each for each in group)))
    for option in verb.needed:
        if option not in options:
            raise _usage('%s needs --%s' % (name, option))
    if 'ignore-case' in options and 'grep' not in options:
        raise _usage('--ignore-case requires --grep')
    if 'renew' in options and 'lock' not in options:
        raise _usage('--renew requires --lock')
    if name == 'release' and 'rollout' not in options and 'check' not in options:
        raise _usage('release needs --rollout or --check')
    if name == 'attach' and 'from' in options and 'run' in options:
        raise _usage('--from requires --rollout')
    if 'preview' in options and 'hold' not in options:
        raise _usage('--preview requires --hold')
    if not HOLD[0] <= options.get('hold', HOLD[0]) <= HOLD[1]:
        raise _usage('--hold takes %d to %d seconds' % HOLD)
    if 'from-tag' in options and 'digest' not in options:
        raise _usage('--from-tag requires --digest')


def _shown(word):
    text = ascii(word)
    return text if len(text) <= 80 else text[:76] + "...'"


def _guess(word, known, prefix=''):
    import difflib  # imported here to keep valid calls fast
    close = difflib.get_close_matches(word[:60], sorted(known), 1)
    return ' (did you mean %s%s?)' % (prefix, close[0]) if close else ''


def _usage(message, hint='deployctl-host help'):
    return HostError('usage', message, state='nothing was touched', hint=hint)
