"""The labels of an image that name its source. Whoever builds an image writes them, so only narrow forms pass."""

from .. import regex


PREFIX = 'org.opencontainers.image.'
FORMS = {
    'revision': regex.lazy(r'[A-Za-z0-9][A-Za-z0-9._/-]{0,63}'),
    # no user but git, so that no password in an address is passed on
    'source': regex.lazy(r'(?:https://|ssh://(?:git@)?|git@)[A-Za-z0-9][A-Za-z0-9.-]{0,99}(?::[0-9]{1,5})?'
                         r'[:/][A-Za-z0-9._~/-]{1,150}'),
    'version': regex.lazy(r'[A-Za-z0-9][A-Za-z0-9._+/-]{0,63}'),
    'created': regex.lazy(r'[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?'
                          r'(?:[Zz]|[+-][0-9]{2}:[0-9]{2})'),
}


def of(image):
    """Returns {revision, source, version, created} of Docker's description of an image; None if it has none of them."""
    config = (image or {}).get('Config')
    given = config.get('Labels') if isinstance(config, dict) else None
    if not isinstance(given, dict):
        return None
    found = {name: _sound(given.get(PREFIX + name), form) for name, form in FORMS.items()}
    return found if any(found.values()) else None


def _sound(value, form):
    return value if isinstance(value, str) and form.fullmatch(value) else None
