"""What may stand in an app's environment. Errors name the variable and never its value."""

from .errors import HostError
from .values import ENV_NAME

VALUE_LIMIT = 32 * 1024
TOTAL_LIMIT = 1024 * 1024
REPORTED = 20


def denied(name):
    """Names that steer the loader, the shell or Docker itself rather than the app."""
    return name in ('PATH', 'HOSTNAME') or name.startswith('LD_')


def complaint(name, value, allow=()):
    """What is wrong with one variable (bytes or text), or None."""
    if not ENV_NAME.fullmatch(name):
        return '%s: not a name that a program could read (letters, digits and _)' % ascii(name[:80])
    if denied(name) and name not in allow:
        return '%s: refused, it steers more than the app (the definition can allow it under [env] allow)' % name
    if isinstance(value, bytes):
        try:
            value = value.decode('utf-8')
        except UnicodeDecodeError:
            return '%s: its value is not UTF-8' % name
    if '\0' in value:
        return '%s: its value has a NUL character' % name
    if len(value.encode('utf-8', 'surrogatepass')) > VALUE_LIMIT:
        return '%s: its value is longer than %d KiB' % (name, VALUE_LIMIT // 1024)
    return None


def refuse(source, complaints):
    """Raises HostError('definition') when there is anything to complain about."""
    if not complaints:
        return
    shown = complaints[:REPORTED]
    if len(complaints) > REPORTED:
        shown.append('and %d more' % (len(complaints) - REPORTED))
    raise HostError('definition',
                    'the environment from %s is wrong:\n%s' % (source, '\n'.join('  ' + each for each in shown)),
                    state='nothing was touched', hint='mend these variables at their source, then try again')
