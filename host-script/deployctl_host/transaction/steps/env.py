"""Step `env`: reads the environment that the new release gets."""

from ...env import environment
from ...errors import HostError


def read(transaction):
    """Reads and checks the values as they are now. Events show only their names."""
    with transaction.step('env'):
        with transaction.interruptible():
            snapshot = environment.read(transaction.definition, transaction.host)
        emit_read(transaction, snapshot)
        return snapshot


def emit_read(transaction, snapshot):
    transaction.emit('env.read', source=snapshot.source, revision=snapshot.revision, names=list(snapshot.names),
                     sha256=snapshot.sha256)
    for text in snapshot.warnings:
        transaction.warn('env', text)


def read_kept(transaction, record):
    """Reads the stored values of a kept release, without etcd."""
    with transaction.step('env'):
        stored = transaction.state.release_env(record.id)
        if stored is None:
            raise HostError('not-found', 'the env of release %s is not kept any more' % record.id,
                            hint='deploy its image again: deployctl-host deploy %s --digest=%s' % (
                                transaction.app, record.digest))
        snapshot = environment.from_dict(stored)
        emit_read(transaction, snapshot)
        return snapshot
