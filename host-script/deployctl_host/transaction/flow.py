"""The course of a transaction, from its first event to its last, including errors."""

from .. import confinement, files
from ..config.definition import require_volumes
from ..errors import HostError
from ..nginx import candidate, configuration, inclusion, process
from ..schedules import live
from ..store import desired
from . import availability, disk_space, plans, receipt, routing, strays, undo
from .holding import ending, promoting, watcher as of_held
from .processes import instances as of_processes
from .processes import watcher
from .steps import commit, drain, health, hold, processes, prune, start, stop, switch, verify, withdraw

# The steps, as the journal names them, from which on something of the app has been changed.
TOUCHING = ('start', 'held', 'processes', 'switch', 'stop')


def execute(transaction):
    """Executes the request, or undoes it. Returns the exit code; the last event is written by then."""
    try:
        plan = _announced(transaction)
        if isinstance(plan, plans.Abandon):
            return _abandon(transaction, plan)
        check_host(transaction, plan)
        if isinstance(plan, plans.AvailabilityChange):
            return _change_availability(transaction, plan)
        image, values = plan.prepare()
        if plan.nothing_to_do():
            return _unchanged(transaction)
        health.require_healthcheck(transaction, image)
        of_processes.require_healthcheck(transaction.new, image)
        if transaction.request.verb != 'promote':
            start.start(transaction, image, values)
        health.wait_healthy(transaction)
        if transaction.request.hold:
            hold.hold(transaction)
            complete(transaction)
            return 0
        processes.run(transaction, image, values)
        switch.switch(transaction)
        verify.verify(transaction)
        commit.commit(transaction)
    except HostError as problem:
        return _fail(transaction, problem)
    except BaseException as problem:
        import traceback  # imported here to keep the start short
        transaction.record.keep_trace(traceback.format_exc())
        return _fail(transaction, HostError('internal', 'a defect: %s (see %s/trace.txt)' % (
            type(problem).__name__, transaction.record.directory), hint='tell the maintainers'))
    complete(transaction)
    return 0


def complete(transaction):
    """Does what follows the commit. None of it can end the new release."""
    if transaction.request.hold:
        ending.tell(transaction)
        transaction.finish('held', transaction.live_before, False, held=transaction.new.id)
        return
    if transaction.request.verb in availability.VERBS:
        availability.finish(transaction)
        transaction.finish('succeeded', availability.live_release(transaction), transaction.request.verb == 'stop')
        return
    retire_old(transaction)
    record_desired(transaction, transaction.new)
    transaction.finish('succeeded', transaction.new, transaction.stopped or not transaction.same_release)


def _abandon(transaction, plan):
    if plan.held is None:
        transaction.finish('unchanged', transaction.live_before, False)
        return 0
    with transaction.step('stop'):
        ending.end(transaction, plan.held)
    transaction.finish('succeeded', transaction.live_before, False)
    return 0


def _change_availability(transaction, plan):
    if plan.nothing_to_do():
        return _unchanged(transaction)
    availability.change(transaction, plan.record)
    complete(transaction)
    return 0


def _unchanged(transaction):
    with transaction.tolerant('stray'):
        strays.stop_strays(transaction, strays.live_releases(transaction))
    with transaction.tolerant('schedules'):
        live.repair(transaction)
    record_desired(transaction, transaction.live_before)
    transaction.finish('unchanged', transaction.live_before, False)
    return 0


def record_desired(transaction, serving):
    """Records in etcd what all hosts should run, for hosts that are rebuilt later. Only calls of a rollout do so."""
    request, etcd = transaction.request, transaction.host.etcd
    if not (etcd.record and serving and request.by_rollout and request.verb in ('deploy', 'promote', 'rollback')):
        return
    try:
        desired.write(transaction.app, etcd, serving.digest, serving.tag, transaction.record.rollout,
                      request.by)
    except HostError as problem:
        transaction.warn('desired', 'the live release could not be recorded in etcd: %s' % problem.message)


def retire_old(transaction):
    """Takes the old release out of nginx where the new one has no web part, drains and stops it, and prunes."""
    ending.promoted(transaction)
    withdraw.withdraw(transaction)
    receipt.tell(transaction, drain.drain_old(transaction))
    stop.stop_old(transaction)
    watcher.watch_over(transaction)
    prune.prune(transaction)


def _announced(transaction):
    """Makes the plan, and emits the first event, even where no plan can be made."""
    transaction.read_old()
    try:
        plan = plans.make(transaction)
    except HostError:
        _announce(transaction, None)
        raise
    _announce(transaction, plan)
    return plan


def _announce(transaction, plan):
    request, old = transaction.request, transaction.live_before
    transaction.emit('deploy.started', verb=request.verb, app=transaction.app, rollout=transaction.record.rollout,
                     release=plan.release_id if plan else None, digest=plan.digest if plan else request.digest,
                     tag=plan.tag if plan else request.tag, by=request.by,
                     **{'from': request.client, 'replaces': old.id if old else None})


def check_host(transaction, plan):
    """Checks what the transaction will need, while nothing has been touched."""
    definition = transaction.definition
    transaction.engine.ping()
    shape = plan.shape()
    by_nginx = shape.is_web or routing.vhost_on_disk(transaction) is not None
    if by_nginx:
        process.master(transaction.settings)
    if not isinstance(plan, plans.AvailabilityChange):
        disk_space.require_to_run()
        live.check(transaction, shape)
    if shape.is_web:
        confinement.enclose(transaction.state, transaction.identity.gid)
        transaction.state.check_socket_path(shape.instances)
    require_volumes(definition)
    files.sweep_temporary(transaction.state.root)
    if by_nginx:
        check_nginx(transaction, shape)


def check_nginx(transaction, shape):
    """Tests nginx's configuration. A broken one stops a transaction that needs a reload, and is a warning otherwise."""
    text = routing.vhost_text(transaction, shape)
    where = (transaction.settings, routing.vhost_path(transaction), routing.server_names(transaction.definition))
    if text != routing.vhost_on_disk(transaction):
        candidate.test(*where, text or b'')
        return
    inclusion.require(*where[:2])
    try:
        configuration.test(*where)
    except HostError as problem:
        transaction.warn('nginx', '%s (%s); this switch needs no reload and goes on' % (problem.message, problem.hint))


def _fail(transaction, problem):
    """Undoes the transaction and reports what is live. What cannot be undone now is left for `recover`."""
    if transaction.committed:
        transaction.warn('internal', problem.message)
        complete(transaction)
        return 0
    unsettled = False
    if problem.kind == 'release-failed':
        promoting.failed(transaction)
    touched = any(entry['step'] in TOUCHING for entry in transaction.record.entries())
    try:
        unsettled = not undo.undo(transaction, transaction.switching)
    except HostError as second:
        unsettled = True
        problem.message += '; and the undo failed: ' + second.message
        problem.state = 'unsettled: deployctl-host status %s shows what is live' % transaction.app
        problem.hint = 'deployctl-host recover %s' % transaction.app
    watcher.watch_over(transaction)
    of_held.watch_over(transaction)
    after_all = undo.state_after(transaction)
    problem.state = '%s; %s' % (problem.state, after_all) if problem.state else after_all
    with transaction.tolerant('prune'):
        prune.forget_transactions(transaction.state, transaction.record.rollout)
    transaction.finish('failed' if touched else 'refused', transaction.live_before, False, problem,
                       leave_open=unsettled)
    return problem.exit
