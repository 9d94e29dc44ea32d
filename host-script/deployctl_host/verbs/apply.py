"""`apply`: replaces the operators' files of this host by a checked set, all or none. Only for root."""

from .. import events, lock
from ..apply import archive, comparison, differences, managed, mistakes, replacement
from ..balancer import site
from ..config import definition
from ..errors import HostError
from ..store.applied import Applied

WAIT = 10.0
HINT = 'fix these files, then apply again; docs/host-configuration.md explains every key'


def run(call):
    given = archive.read()      # before the lock, so that a slow sender holds up nobody
    only_one = lock.operators_files()
    if not only_one.take(WAIT):
        holder = only_one.holder()
        raise HostError('locked', 'another apply is running on this host: by %s since %s' % (
            holder.get('holder') or 'somebody', holder.get('since') or 'a moment ago'), state='nothing was changed',
            hint='wait for its end, then look at the differences again')
    try:
        only_one.describe({'holder': call.option('by'), 'since': events.now()})
        replacement.complete()
        _apply(call, comparison.compare(given))
    finally:
        only_one.release()
    return 0


def _apply(call, compared):
    _require_base(call.option('base'), compared)
    found = mistakes.find(compared, call.warn)
    if found:
        raise HostError('definition', '\n'.join(found), state='nothing was changed', hint=HINT)
    for change in compared.changes:
        call.output.emit('apply.file', **differences.facts(change))
    outcome = 'unchanged'
    if not call.option('check'):
        call.begin()
        replacement.replace(compared.changes, _record(call, compared))
        site.tend(definition.load_host(), call.warn)
        outcome = 'applied' if compared.changes else outcome
    elif compared.changes:
        outcome = 'checked'
    before = compared.record
    call.output.emit(
        'apply.finished', outcome=outcome, base=compared.base, version=compared.version, changed=len(compared.changes),
        unmanaged=compared.unmanaged, before=before and dict(before.brief(), drift=compared.drift))


def _require_base(base, compared):
    """Refuses a set that was compared with other files than those that are here now."""
    if base in (None, compared.base):
        return
    if compared.record is not None and not compared.drift:
        who = 'applied by %s at %s' % (compared.record.by, compared.record.at)
    else:
        who = 'by hand' + (': ' + ', '.join(compared.drift) if compared.drift else '')
    raise HostError('locked', 'the files of this host were changed after they were compared, %s' % who,
                    state='nothing was changed',
                    hint='look at the differences as they are now: deployctl apply --check')


def _record(call, compared):
    given = compared.given
    return Applied(version=compared.version, commit=given.commit, dirty=given.dirty, source=given.source,
                   by=call.option('by'), at=events.now(), files=managed.hashes_of(given.contents))
