"""Checks the names and values of an environment. Errors name the variable, never its value."""

from ..config.values import denied, ENV_NAME
from ..errors import HostError

VALUE_LIMIT = 32 * 1024
TOTAL_LIMIT = 1024 * 1024
REPORTED = 20
INVISIBLE = ('\u00a0', '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff')
CURES = {'etcd': "write it without: printf '%s' VALUE | etcdctl put KEY", 'file': 'use UNIX line endings',
         'ssm': 'store it without', 'secretsmanager': 'store it without'}


def complaint(name, value, allow=()):
    """Returns the reason to refuse a variable (bytes or text), or None."""
    if not ENV_NAME.fullmatch(name):
        return '%s: not the name of an environment variable (letters, digits and _)' % ascii(name[:80])
    if denied(name) and name not in allow:
        return '%s: refused, because it affects more than the app (the definition can allow it: [env] allow)' % name
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


def remark(name, value, source):
    """Returns a warning about a value that is accepted but probably a mistake. The warning does not show the value."""
    found = []
    if len(value) > 1 and value[:1] == value[-1:] and value[:1] in (b'"', b"'"):
        found.append('its quotes are part of the value' + (', as Docker has it' if source == 'file' else ''))
    body = value.rstrip(b'\r\n')
    if body != value and b'\n' not in body:    # a value of several lines is text, which ends in a line feed
        found.append('its value ends in a %s, which is part of it (%s)' % (
            'line feed' if value.endswith(b'\n') else 'carriage return', CURES[source]))
    if body and not body.strip(b' \t'):
        found.append('its value is nothing but blanks')
    else:
        found += ['its value %s with a blank, which is part of it' % where for end, where in (
            (body[:1], 'begins'), (body[-1:], 'ends')) if end in (b' ', b'\t')]
    text = body.decode('utf-8', 'replace')
    if text[:1] in INVISIBLE or text[-1:] in INVISIBLE:
        found.append('its value begins or ends with a character that nobody sees (such as a no-break space)')
    return ['%s: %s' % (name, one) for one in found]


class Refusal(HostError):
    """An environment that is wrong; `complaints` are sentences, each of which begins with the name of a variable."""

    def __init__(self, message, hint, complaints=()):
        super().__init__('definition', message, state='nothing was touched', hint=hint)
        self.complaints = tuple(complaints)


def refuse(source, complaints):
    """Raises Refusal if there are complaints."""
    if not complaints:
        return
    shown = complaints[:REPORTED]
    if len(complaints) > REPORTED:
        shown.append('and %d more' % (len(complaints) - REPORTED))
    raise Refusal('the environment from %s is wrong:\n%s' % (source, '\n'.join('  ' + each for each in shown)),
                  'fix these variables at their source, then try again', complaints)
