"""Compares the operators' files of an app with what the last `apply` on this host wrote."""

from ..errors import HostError
from ..store import applied
from . import managed


class AppliedFiles:
    """The record of the last apply, and which of its files differ. Each file is read once."""

    def __init__(self, record):
        self._record = record
        self._differs = {}

    def of(self, app, definition=None):
        """Returns `applied` of a `status` event; None if the definition of the app did not come by an apply.

        `definition` is None if it cannot be read.
        """
        if self._record is None or managed.definition_of(app) not in self._record.files:
            return None
        names = [managed.definition_of(app), managed.HOST_CONF, managed.FREEZES, managed.env_of(app),
                 managed.COMMON_ENV]
        if definition is not None and definition.vhost is not None and definition.vhost.template:
            names.append(managed.name_of(definition.vhost.template))
        record = self._record
        return {'version': record.version, 'commit': record.commit, 'dirty': record.dirty, 'at': record.at,
                'by': record.by, 'drift': sorted(filter(self._changed, names))}

    def _changed(self, name):
        expected = self._record.files.get(name)
        if expected is None:
            return False
        if name not in self._differs:
            try:
                content = managed.read(name)
            except HostError:       # others than root may have written it
                content = None
            self._differs[name] = content is None or managed.hashes_of({name: content})[name] != expected
        return self._differs[name]


def load(warn):
    """Returns the files of the last apply on this host; a damaged record is a warning."""
    try:
        return AppliedFiles(applied.load())
    except HostError as problem:
        warn('apply', '%s: %s' % (problem.message, problem.hint))
        return AppliedFiles(None)
