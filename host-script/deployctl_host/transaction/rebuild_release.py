"""Rebuilds the record of a release from its containers and from the transaction that made it."""

from .. import events
from ..docker import containers, images
from ..errors import HostError
from ..store import transactions
from ..store.release import Release, ReleaseEnv

# No definition has this fingerprint, so a deploy of the same image never counts as already done.
UNKNOWN = 'not known'


def release_record(scope, name):
    """Returns the record of a release whose `release.json` is missing. HostError if its containers are missing too."""
    found = sorted(containers.web(containers.find(scope.engine, scope.host_id, scope.app, name)), key=_instance)
    seen = [containers.inspect(scope.engine, one['Id']) for one in found]
    if not seen or None in seen:
        raise HostError('internal', 'the record of release %s of %s is missing or damaged, and it has no container' % (
            name, scope.app), hint='deployctl-host deploy %s --tag=... puts another one in its place' % scope.app)
    made_by = transactions.of_release(scope.state, name)
    told = events.read(made_by.events_path)[0] if made_by else []
    first = told[0] if told else {}
    bound = [one['HostConfig'].get('PortBindings') or {} for one in seen]
    return Release(
        id=name, app=scope.app, mode='port' if any(bound) else 'socket', instances=len(seen),
        digest=_digest(scope, told, seen[0]), tag=first.get('tag'), image=seen[0]['Image'],
        ports=[_port(each) for each in bound] if any(bound) else None, container_port=_inside(bound[0]),
        created=first.get('ts') or events.now(), by=first.get('by'), rollout=first.get('rollout'), env=_env(told),
        fingerprint=UNKNOWN, schedules=scope.definition.schedules)


def _instance(one):
    return int(one['Labels'][containers.INSTANCE])


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
