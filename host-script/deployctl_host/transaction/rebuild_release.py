"""Rebuilds the record of a release from its containers and from the transaction that made it."""

from typing import Any, Dict, List

from .. import events
from ..config.schema import Process, Resources
from ..docker import containers, images
from ..errors import HostError
from ..store import state, transactions, web_part
from ..store.release import Release, ReleaseEnv
from .processes import instances
from .release_containers import RUNNING

# No definition has this fingerprint, so a deploy of the same image never counts as already done.
UNKNOWN = 'not known'


def kept_running(scope):
    """Returns the kept releases without a web part whose processes Docker is told to keep running, in no order.

    That is so from the commit of a release to that of the next one. None if no kept release can be one of these, in
    which case Docker is not asked.
    """
    records = {name: scope.state.sound_release(name) for name in scope.state.releases()}
    kept = {name for name, record in records.items() if record is None or not record.is_web}
    if not kept:
        return None
    found = instances.without_retiring(scope.state, containers.find(scope.engine, state.host_id(), scope.app))
    with_web = {one['Labels'][containers.RELEASE] for one in containers.web(found)}
    running: Dict[str, str] = {}
    for one in found:
        name = one['Labels'][containers.RELEASE]
        if name in kept - with_web and one['State'] in RUNNING:
            running.setdefault(name, one['Id'])
    return sorted(name for name, one in running.items() if _is_kept_running(scope, one))


def _is_kept_running(scope, container):
    seen = containers.inspect(scope.engine, container) or {}
    return ((seen.get('HostConfig') or {}).get('RestartPolicy') or {}).get('Name') == 'always'


def release_record(scope, name):
    """Returns the record of a release whose `release.json` is missing. HostError if its containers are missing too."""
    found = instances.without_retiring(scope.state, containers.find(
        scope.engine, scope.host_id, scope.app, name))
    web = sorted(containers.web(found), key=_instance)
    seen = {one['Id']: containers.inspect(scope.engine, one['Id']) for one in found}
    if not seen or None in seen.values():
        raise HostError('internal', 'the record of release %s of %s is missing or damaged, and it has no container' % (
            name, scope.app), hint='deployctl-host deploy %s --tag=... puts another one in its place' % scope.app)
    made_by = transactions.of_release(scope.state, name)
    told = events.read(made_by.events_path)[0] if made_by else []
    first = told[0] if told else {}
    bound = [seen[one['Id']]['HostConfig'].get('PortBindings') or {} for one in web]
    some = seen[(web or found)[0]['Id']]
    return Release(
        id=name, app=scope.app, mode='none' if not web else 'port' if any(bound) else 'socket', instances=len(web),
        digest=_digest(scope, told, some), tag=first.get('tag'), image=some['Image'],
        ports=[_port(each) for each in bound] if any(bound) else None,
        container_port=_inside(bound[0]) if bound else None,
        created=first.get('ts') or events.now(), by=first.get('by'), rollout=first.get('rollout'), env=_env(told),
        fingerprint=UNKNOWN, command=scope.definition.command if web else (), processes=_processes(scope, found, seen),
        schedules=scope.definition.schedules, web=web_part.of(scope.definition) if web else None)


def _instance(one):
    return int(one['Labels'][containers.INSTANCE])


def _processes(scope, found, seen):
    """Returns the processes of a release. What their containers do not show is as in the definition."""
    defined = {each.name: each for each in scope.definition.processes}
    several: Dict[str, List[Dict[str, Any]]] = {}
    for one in found:
        name = containers.process_of(one)
        if name is not None:
            several.setdefault(name, []).append(seen[one['Id']])
    return tuple(_process(defined.get(name, Process(name, ())), several[name]) for name in sorted(several))


def _process(known, seen):
    config, host = seen[0].get('Config') or {}, seen[0]['HostConfig']
    limits = [each for each in host.get('Ulimits') or () if each.get('Name') == 'nofile']
    return known._replace(
        command=tuple(config.get('Cmd') or known.command), instances=len(seen),
        stop_timeout=float(config.get('StopTimeout') or known.stop_timeout),
        resources=Resources(
            memory=host.get('Memory') or known.resources.memory, pids=host.get('PidsLimit') or known.resources.pids,
            cpus=host['NanoCpus'] / 1e9 if host.get('NanoCpus') else None,
            nofile=limits[0]['Soft'] if limits else None))


def _digest(scope, told, seen):
    for event in reversed(told):
        if event['type'] == 'image.resolved' and event.get('digest'):
            return event['digest']
    image = images.find(scope.engine, seen['Image']) or {}
    for name in image.get('RepoDigests') or ():
        if images.familiar(name.partition('@')[0]) == images.familiar(scope.definition.repository):
            return name.partition('@')[2]
    raise HostError('internal', 'it cannot be told which image release %s of %s was made of' % (
        seen['Image'][:19], scope.app), hint='deployctl-host deploy %s --tag=...' % scope.app)


def _env(told):
    for event in told:
        if event['type'] == 'env.read':
            return ReleaseEnv(event.get('source'), event.get('revision'), event.get('sha256'),
                              tuple(event.get('names') or ()))
    return ReleaseEnv()


def _port(bound):
    return next(int(each['HostPort']) for several in bound.values() for each in several)


def _inside(bound):
    return next((int(name.partition('/')[0]) for name in bound), None)
