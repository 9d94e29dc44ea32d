"""The patterns that arguments must match. contract/arguments.json has the same list; a test compares them."""

from . import regex


APP = '[a-z][a-z0-9-]{0,39}'
SCHEDULE = '[a-z][a-z0-9-]{0,19}'
PATTERNS = {name: regex.lazy(pattern) for name, pattern in {
    'app': APP,
    'tag': '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}',
    'digest': 'sha256:[0-9a-f]{64}',
    'process': '[a-z][a-z0-9-]{0,19}',
    'schedule': SCHEDULE,
    'release': '[0-9]{8}-[0-9]{6}-[0-9a-f]{6}',
    'rollout': 'r-[0-9a-z]{4,32}',
    'run': '[0-9a-f]{12}',
    'lock': 'l-[0-9a-z]{4,32}',
    'seconds': '(0|[1-9][0-9]{0,5})',
    'sequence': '[1-9][0-9]{0,8}',
    'count': '[1-9][0-9]{0,4}',
    'reason': "[A-Za-z0-9 _.,:;#/@+()'-]{1,120}",
    'hash': '[0-9a-f]{64}',
    'by': '[A-Za-z0-9_][A-Za-z0-9 _.:@+-]{0,79}',
    'name': '[A-Za-z_][A-Za-z0-9_]{0,254}',
    'token': '[a-z0-9]{1,40}',
    'text': '(?:[A-Za-z0-9_.~:/@+,=-]|%[0-9A-F]{2}){1,120}',    # percent-encoded UTF-8
    'preview': '[0-9a-f]{32}',
    'output': '(ndjson|text)',
    'word': '[A-Za-z0-9_./:=@%+,-]{1,400}',
}.items()}
HOST_ID = regex.lazy('[0-9a-f]{16}')     # no argument, so it is not in the contract's list
NUMBERS = ('seconds', 'sequence', 'count')
WORDS_LIMIT = 40
WORD_BYTES_LIMIT = 400


def matches(kind, text):
    """Returns True if the whole text matches, in ASCII. Uses `fullmatch`, because `$` also matches before a final
    line feed.
    """
    return PATTERNS[kind].fullmatch(text) is not None


def is_host_id(value):
    """Returns True for an id of a host, as the script creates it."""
    return isinstance(value, str) and HOST_ID.fullmatch(value) is not None
