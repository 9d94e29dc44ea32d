"""What one transaction leaves on disk: what was asked, what it did, what it said."""

import os

from .. import events, files, journal
from ..errors import HostError

RESERVE = 256 * 1024


class Record:
    """The directory of one transaction."""

    def __init__(self, state, rollout):
        self.rollout = rollout
        self.directory = '%s/transactions/%s' % (state.root, rollout)
        self.events_path = self.directory + '/events.ndjson'
        self.journal_path = self.directory + '/journal.ndjson'

    def create(self, request):
        """False when there is one already: then somebody asked for the same thing before."""
        files.make_dir(os.path.dirname(self.directory), 0o700)
        try:
            os.mkdir(self.directory, 0o700)
        except FileExistsError:
            return False
        except OSError as problem:
            raise HostError('disk-full', 'cannot begin a transaction in %s: %s' % (self.directory, problem.strerror),
                            state='nothing was touched') from problem
        files.write_json(self.directory + '/request.json', request)
        self._set_aside()
        return True

    def _set_aside(self):
        """Room kept for the end of the story: a transaction that fills the disk must still be able to say so."""
        descriptor = os.open(self.directory + '/reserve', os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, RESERVE)
        except OSError as problem:
            files.remove_tree(self.directory)
            raise HostError('disk-full', 'no room for the record of a transaction in %s: %s' % (
                self.directory, problem.strerror), state='nothing was touched',
                hint='free space, then try again') from problem
        finally:
            os.close(descriptor)

    def free_reserve(self):
        files.remove_file(self.directory + '/reserve')

    @property
    def exists(self):
        return os.path.isdir(self.directory)

    @property
    def begun(self):
        """Whether a worker has taken it up."""
        return os.path.exists(self.journal_path)

    def request(self):
        return files.read_json(self.directory + '/request.json')

    def entries(self):
        return journal.read(self.journal_path)

    def finish(self):
        """The event that ended it, or None while it has not ended."""
        told, _ = events.read(self.events_path)
        return told[-1] if told and told[-1]['type'] == 'deploy.finished' else None

    def replaced(self):
        """The release that served when it began, or None."""
        told, _ = events.read(self.events_path)
        return told[0].get('replaces') if told else None

    def refuse(self, error):
        """Leaves the word that no worker ever began, for the one who follows."""
        files.write_json(self.directory + '/refused.json', error.as_dict())

    def refused(self):
        return files.read_json(self.directory + '/refused.json')

    def forget(self):
        files.remove_tree(self.directory)

    # the virtual host as it was before: what an undo puts back, byte for byte

    def keep_vhost(self, data):
        if data is not None:
            files.write_atomic(self.directory + '/vhost.before', data)

    def kept_vhost(self):
        try:
            return files.read_bytes(self.directory + '/vhost.before')
        except FileNotFoundError:
            return None

    def keep_logs(self, instance, lines):
        text = '\n'.join(lines) + '\n'
        files.write_atomic('%s/instance-%d.log' % (self.directory, instance), text.encode('utf-8', 'replace'))

    def keep_trace(self, text):
        files.write_atomic(self.directory + '/trace.txt', text.encode('utf-8', 'replace'))


def every(state):
    """All transactions of an app that are still recorded, oldest first by the time they were asked for."""
    try:
        names = os.listdir(state.root + '/transactions')
    except FileNotFoundError:
        return []
    found = [Record(state, name) for name in names]
    return sorted(found, key=lambda record: _asked_at(record))


def _asked_at(record):
    try:
        return os.stat(record.directory + '/request.json').st_mtime
    except OSError:
        return 0.0
