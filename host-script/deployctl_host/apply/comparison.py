"""Compares a set of operators' files with those on this host."""

import os
from typing import Dict, List, NamedTuple, Optional

from .. import paths
from ..config import definition
from ..errors import HostError
from ..store import applied
from . import archive, managed


class Change(NamedTuple):
    """A file that differs: its content before and after, None where there is no file."""

    name: str
    before: Optional[bytes]
    after: Optional[bytes]

    @property
    def kind(self):
        return 'added' if self.before is None else 'removed' if self.after is None else 'changed'


class Comparison(NamedTuple):
    """A set of files beside what is on this host, and beside what the last `apply` wrote."""

    given: archive.FileSet
    record: Optional[applied.Applied]
    present: Dict[str, bytes]   # of the managed files
    changes: List[Change]
    unmanaged: List[str]        # definitions that are neither in the set nor from an apply
    untrusted: List[str]        # problems of files that others than root could have written

    @property
    def base(self):
        """Returns the hash of the managed files as they are."""
        return managed.hash_of_all(self.present)

    @property
    def version(self):
        """Returns the hash of the set."""
        return managed.hash_of_all(self.given.contents)

    @property
    def drift(self):
        """Returns the files that were changed or removed since the last `apply` wrote them."""
        found = managed.hashes_of(self.present)
        return [] if self.record is None else [
            name for name, expected in sorted(self.record.files.items()) if found.get(name) != expected]

    @property
    def removed_apps(self):
        """Returns the apps that lose their definition."""
        return [managed.app_of(change.name) for change in self.changes
                if change.after is None and managed.app_of(change.name)]

    def contents(self):
        """Returns what the managed files will contain, by path on this host; None for those that are removed."""
        return {managed.place(name): self.given.contents.get(name)
                for name in sorted(set(self.given.contents) | set(self.present))}


def compare(given):
    """Returns the comparison of a set with this host."""
    record = applied.load()
    ours = {name for name in (record.files if record else ()) if managed.kind_of(name)}
    present, untrusted = _present(sorted(ours | set(given.contents)))
    changes = [Change(name, present.get(name), given.contents.get(name)) for name in sorted(
        set(present) | set(given.contents)) if present.get(name) != given.contents.get(name)]
    unmanaged = [name for name in map(managed.definition_of, definition.list_apps())
                 if name not in ours and name not in given.contents]
    return Comparison(given, record, present, changes, unmanaged, untrusted)


def _present(names):
    """Returns (contents of those files that are on this host, problems of those that cannot be trusted)."""
    present, untrusted = {}, []
    if not os.path.isdir(paths.ETC):
        raise HostError('unavailable', 'there is no %s' % paths.ETC, state='nothing was changed',
                        hint='install deployctl-host first: deployctl bootstrap')
    for name in names:
        try:
            content = managed.read(name)
        except HostError as problem:
            untrusted.append('%s: %s%s' % (name, problem.message, ' (%s)' % problem.hint if problem.hint else ''))
        else:
            if content is not None:
                present[name] = content
    return present, untrusted
