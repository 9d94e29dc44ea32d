"""`converge`: deploys the recorded release of each app on a host that is new, rebuilt or out of date."""

from .. import events, lock
from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..inspection.app_status import AppStatus
from ..store import deploy_lock, desired, state
from ..store.request import TransactionRequest
from ..store.transactions import TransactionRecord
from ..transaction import follower, launch

GOOD = ('succeeded', 'unchanged', 'stopped', 'unrecorded')


class LastEvent:
    """An output that keeps the last event of a transaction. All of them are there for `attach`."""

    open = True

    def __init__(self):
        self.last = {}

    def pass_on(self, event):
        self.last = event


def run(call):
    host = definition.load_host()
    apps = [call.app] if call.app else [app for app in definition.list_apps() if _concerns(call, app)]
    outcomes, first = [], None
    for app in apps:
        told, problem = _attempt(call, app, host)
        first = first or problem
        outcomes.append(told['outcome'])
        call.output.emit('converge.app', **told)
    failed = sum(outcome not in GOOD for outcome in outcomes)
    code = first.exit if first else 0
    call.output.emit('converge.finished', apps=len(apps), changed=outcomes.count('succeeded'), failed=failed, exit=code)
    return code


def _concerns(call, app):
    """Returns whether the caller is told about an app: root about all, others about their own apps only."""
    return call.caller.uid == 0 or call.may(app)


def _attempt(call, app, host):
    """Returns (facts of the event, the error or None), so that an app that fails does not stop the others."""
    told = {'app': app, 'desired': None, 'source': None, 'tag': None, 'rollout': None, 'serving': None}
    try:
        _one(call, definition.load_app(app), host, told)
        return told, None
    except HostError as problem:
        told.setdefault('outcome', 'locked' if problem.kind in ('locked', 'held') else 'failed')
        told['error'] = problem.as_dict()
        return told, problem


def _one(call, wanted, host, told):
    app_state = state.AppState(wanted.app)
    found = desired.read(wanted.app, host.etcd)
    status = AppStatus(wanted, host, Engine(host.docker))
    serving = status.serving()
    told.update(serving=serving['release'] if serving else None)
    if found is None:
        told['outcome'] = 'unrecorded'
        return
    told.update(desired=found['digest'], source=found['source'], tag=found['tag'])
    if status.recorded.get('stopped'):
        told['outcome'] = 'stopped'
        return
    if serving and serving['digest'] == found['digest'] and status.facts()['state'] in ('ok', 'maintenance'):
        told['outcome'] = 'unchanged'
        return
    told.update(_deploy(call, wanted.app, app_state, found))


def _deploy(call, app, app_state, found):
    deploy_lock.require(app_state, None)
    app_lock = lock.Lock(app)
    if app_lock.busy():
        raise lock.busy_error(app, app_lock.holder())
    app_state.prepare()
    record = TransactionRecord(app_state, state.new_rollout_id())
    record.create(TransactionRequest(
        verb='deploy', app=app, by=call.caller.name, client=call.caller.client, asked=events.now(),
        digest=found['digest'], from_tag=found['tag']))
    launch.launch(app, record.rollout)
    output = LastEvent()
    follower.follow(record, app, output)
    end = output.last
    if end['exit'] and end.get('error'):
        error = end['error']
        raise HostError(error['kind'], error['message'], error.get('state'), 'deployctl-host attach %s --rollout=%s' % (
            app, record.rollout), error.get('verdict'))
    return {'outcome': end['outcome'], 'rollout': record.rollout, 'serving': end['serving']}
