"""Replaces the operators' files of this host: all of them or none, whatever dies.

    /etc/deployctl/.apply/          root alone; below /etc/deployctl, since a rename cannot leave its file system
    /etc/deployctl/.apply/<n>       the new files, synced
    /etc/deployctl/.apply/plan.json the decision: which file goes where, and the record of the apply

Until the plan is on disk the old set counts, and what was staged is removed. From then on the new set counts, and
whoever finds the plan completes it: each part can be repeated.
"""

import os
import time

from .. import files, lock, paths
from ..errors import HostError
from ..store import applied
from . import managed

# While a plan is carried out nobody reads the files that it replaces. It takes a few milliseconds.
PATIENCE = 10.0
HINT = 'deployctl-host recover completes it'


def replace(changes, record):
    """Replaces the files and writes the record. The caller holds the lock, and has completed an earlier plan."""
    clear()
    try:
        _stage(changes, record)
    except (HostError, OSError) as problem:
        if not _decided():
            clear()
            raise _unchanged(problem) from problem
    complete()


def _stage(changes, record):
    """Writes the new files where nobody reads them, and then the decision."""
    managed.make_directories()
    files.make_dir(paths.applying(), 0o700)
    steps = []
    for number, change in enumerate(changes, 1):
        staged = None if change.after is None else str(number)
        if staged is not None:
            files.write_atomic('%s/%s' % (paths.applying(), staged), change.after, managed.kind_of(change.name).mode)
        steps.append({'name': change.name, 'staged': staged})
    files.write_json(_plan_path(), {'steps': steps, 'record': record._asdict()})


def complete():
    """Carries out the plan, from wherever it was cut off. Returns the record, or None without a plan."""
    if not _decided():
        return None
    try:
        record, steps = _plan()
        for name, staged in steps:
            _move(staged, managed.place(name))
        for directory in sorted({os.path.dirname(managed.place(name)) for name, _ in steps}):
            files.fsync_dir(directory)
        applied.save(record)
        files.remove_file(_plan_path())
        files.fsync_dir(paths.applying())
        clear()
        return record
    except OSError as problem:
        raise _stuck(_of_system(problem)) from problem
    except HostError as problem:
        raise _stuck(problem) from problem


def _move(staged, target):
    if staged is None:
        files.remove_file(target)
    elif os.path.lexists(paths.applying() + '/' + staged):   # else it was moved before the cut
        os.rename(paths.applying() + '/' + staged, target)


def _plan():
    """Returns (record, [(name, name of the staged file or None)])."""
    found = files.read_json(_plan_path(), None, 'move it away; deployctl apply then writes all files again')
    try:
        steps = [(step['name'], step['staged']) for step in found['steps']]
        record = applied.from_dict(found['record'], _plan_path())
    except (KeyError, TypeError):
        steps, record = [('', None)], None
    if record is None or not all(isinstance(name, str) and managed.kind_of(name) and (
            staged is None or isinstance(staged, str) and staged.isdecimal()) for name, staged in steps):
        raise HostError('internal', '%s is damaged' % _plan_path())
    return record, steps


def _unchanged(problem):
    error = problem if isinstance(problem, HostError) else _of_system(problem)
    error.state = 'nothing was changed'
    return error


def _of_system(problem):
    return HostError('internal', 'cannot write %s: %s' % (problem.filename2 or problem.filename, problem.strerror))


def _stuck(problem):
    problem.state = "a new set of operators' files is decided, and not all of it is in place"
    problem.hint = '%s%s' % (problem.hint + '; then ' if problem.hint else '', HINT)
    return problem


def clear():
    """Removes what was staged by a call that died before its decision."""
    files.remove_tree(paths.applying())


def settle(warn):
    """Settles an `apply` that was cut off, and warns if it was completed.

    Waits while another call carries out its plan, so that nobody reads a mixture. HostError if that takes long, or if
    the plan cannot be completed.
    """
    if not os.path.lexists(paths.applying()):
        return
    only_one, until = lock.operators_files(), time.monotonic() + PATIENCE
    while not only_one.take():
        if not _decided():
            return      # another call is preparing its set, and reads nothing that is not on disk
        if time.monotonic() > until:
            raise HostError('locked', "an apply has been replacing the operators' files for %g s" % PATIENCE,
                            state='nothing was changed', hint='try again')
    try:
        record = complete()
        clear()
    finally:
        only_one.release()
    if record is not None:
        warn('apply', "the operators' files that %s applied at %s are all in place now; that call was cut off" % (
            record.by, record.at))


def _decided():
    return os.path.lexists(_plan_path())


def _plan_path():
    return paths.applying() + '/plan.json'
