"""The record of a transaction on disk: its request, journal and events."""

import os

from .. import events, files, journal, regex
from ..errors import HostError
from . import sequence, state
from .request import TransactionRequest

RESERVE = 256 * 1024
# The fields of the event `receipt` that a history entry has, too.
RECEIPT = ('requests', 'failures', 'before', 'seconds', 'cut', 'unknown')
KEPT_LOG = regex.lazy(r'(?:process-([a-z][a-z0-9-]*)-|instance-)([0-9]+)\.log')


class TransactionRecord:
    """The record of one transaction, in its own directory."""

    def __init__(self, app_state, rollout):
        self.rollout = rollout
        self.directory = '%s/transactions/%s' % (app_state.root, rollout)
        self.events_path = self.directory + '/events.ndjson'
        self.journal_path = self.directory + '/journal.ndjson'

    def create(self, request):
        """Creates the record; returns False if there is one already, from an earlier call with the same rollout id."""
        files.make_dir(os.path.dirname(self.directory), 0o700)
        try:
            os.mkdir(self.directory, 0o700)
        except FileExistsError:
            return False
        except OSError as problem:
            raise HostError('disk-full', 'cannot begin a transaction in %s: %s' % (self.directory, problem.strerror),
                            state='nothing was touched', hint=files.full_disk_hint(self.directory)) from problem
        files.fsync_dir(os.path.dirname(self.directory))
        files.write_json(self.directory + '/request.json', request._replace(number=next_number()).as_dict())
        self._set_aside()
        return True

    def _set_aside(self):
        """Reserves disk space, so that a transaction that fills the disk can still record its end."""
        descriptor = os.open(self.directory + '/reserve', os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, RESERVE)
        except OSError as problem:
            files.remove_tree(self.directory)
            raise HostError('disk-full', 'no space left for the record of a transaction in %s: %s' % (
                self.directory, problem.strerror), state='nothing was touched',
                hint=files.full_disk_hint(os.path.dirname(self.directory))) from problem
        finally:
            os.close(descriptor)

    def free_reserve(self):
        files.remove_file(self.directory + '/reserve')

    @property
    def exists(self):
        return os.path.isdir(self.directory)

    @property
    def begun(self):
        """Returns True if a worker has started on it."""
        return os.path.exists(self.journal_path)

    def request(self):
        """Returns the request, or None; if its file is damaged, what the first event says of it."""
        try:
            found = files.read_json(self.directory + '/request.json')
            if found is None:
                return None
            if isinstance(found, dict) and {'verb', 'by', 'asked'} <= set(found):
                return TransactionRequest.from_dict(found)
        except HostError:
            pass
        recorded, _ = events.read(self.events_path)
        if not recorded or recorded[0]['type'] != 'deploy.started':
            raise HostError('internal', '%s/request.json was damaged or edited' % self.directory,
                            hint='the request of this transaction is unknown; nothing else depends on it')
        parts = {name: recorded[0].get(name) for name in ('verb', 'app', 'by', 'from')}
        return TransactionRequest.from_dict(dict(parts, asked=recorded[0]['ts']))

    @property
    def place(self):
        """Returns its position among all transactions of this host: by number; those without one, by time."""
        path = self.directory + '/request.json'
        try:
            number = files.read_json(path, {}).get('number')
        except (HostError, AttributeError):
            number = None
        try:
            asked = os.stat(path).st_mtime
        except OSError:
            asked = 0.0
        return (number if type(number) is int else 0, asked)

    def entries(self):
        return journal.read(self.journal_path)

    def finish(self):
        """Returns the last event, or None while the transaction has not ended."""
        recorded, _ = events.read(self.events_path)
        return recorded[-1] if recorded and recorded[-1]['type'] == 'deploy.finished' else None

    def replaced(self):
        """Returns the release that was live when it began, or None."""
        recorded, _ = events.read(self.events_path)
        return recorded[0].get('replaces') if recorded else None

    def refuse(self, error):
        """Records, for followers, that no worker has started; works on a full disk too."""
        self.free_reserve()
        files.write_json(self.directory + '/refused.json', error.as_dict())

    def refused(self):
        return files.read_json(self.directory + '/refused.json')

    def forget(self):
        files.remove_tree(self.directory)

    # the previous virtual host, which an undo restores byte for byte

    def keep_vhost(self, data):
        if data is not None:
            files.write_atomic(self.directory + '/vhost.before', data)

    def kept_vhost(self):
        try:
            return files.read_bytes(self.directory + '/vhost.before')
        except FileNotFoundError:
            return None

    # the last log lines of a failed release, whose containers are removed

    def keep_logs(self, instance, lines, process=None):
        """`lines` are (ts, stream, text); `process` is None for the web part."""
        text = ''.join('%s %s %s\n' % line for line in lines)
        files.write_atomic('%s/%s-%d.log' % (
            self.directory, 'process-' + process if process else 'instance', instance), text.encode('utf-8', 'replace'))

    def kept_logs(self):
        """Returns [(ts, process or None, instance, stream, text)] of all instances whose lines were kept."""
        found = []
        for name in os.listdir(self.directory):
            match = KEPT_LOG.fullmatch(name)
            if match:
                data = files.read_bytes('%s/%s' % (self.directory, name)).decode('utf-8', 'replace')
                for line in data.splitlines():
                    ts, stream, text = (line.split(' ', 2) + ['', ''])[:3]
                    found.append((ts, match.group(1), int(match.group(2)), stream, text))
        return found

    def keep_trace(self, text):
        files.write_atomic(self.directory + '/trace.txt', text.encode('utf-8', 'replace'))


def every(app_state):
    """Returns all recorded transactions of an app, in the order of their requests.

    The order does not depend on the clock, which may have been set back.
    """
    try:
        names = os.listdir(app_state.root + '/transactions')
    except FileNotFoundError:
        return []
    found = [TransactionRecord(app_state, name) for name in names]
    return sorted(found, key=lambda record: record.place)


def next_number():
    """Returns a new number, above those of all transactions of this host."""
    return sequence.next(_highest)


def _highest():
    """Returns the highest number of any transaction of this host."""
    return max((one.place[0] for app in state.known_apps() for one in every(state.AppState(app))), default=0)


def summary(record):
    """Returns the fields of a transaction in a `history` event; None while its record is being created or removed."""
    try:
        request = record.request()
    except HostError:
        return None
    recorded, _ = events.read(record.events_path)
    if request is None:
        return None
    first = recorded[0] if recorded and recorded[0]['type'] == 'deploy.started' else {}
    last = recorded[-1] if recorded and recorded[-1]['type'] == 'deploy.finished' else {}
    receipt = next((event for event in recorded if event['type'] == 'receipt'), None)
    source = next((event for event in reversed(recorded) if event['type'] == 'image.source'), None)
    digest = next((event.get('digest') for event in reversed(recorded) if event['type'] == 'image.resolved'),
                  first.get('digest'))
    return {'ts': first.get('ts') or request.asked, 'by': request.by, 'from': request.client, 'verb': request.verb,
            'rollout': record.rollout, 'release': first.get('release'), 'digest': digest,
            'tag': first.get('tag'), 'replaces': first.get('replaces'), 'outcome': last.get('outcome'),
            'ms': last.get('ms'), 'error': (last.get('error') or {}).get('message'),
            'emergency': request.emergency,
            'receipt': receipt and {name: receipt.get(name) for name in RECEIPT},
            **({'labels': source['labels']} if source else {})}


def last_ms(app_state):
    """Returns the duration of the last successful deploy in milliseconds, or None."""
    for one in reversed(every(app_state)):
        last = one.finish() or {}
        if last.get('verb') == 'deploy' and last.get('outcome') == 'succeeded' and last['exit'] == 0:
            return last.get('ms')
    return None


def of_release(app_state, release):
    """Returns the transaction that made a release or failed to, or None."""
    for one in reversed(every(app_state)):
        recorded, _ = events.read(one.events_path)
        if recorded and recorded[0].get('release') == release:
            return one
    return None
