"""What each verb brings into service, and from where: a new image, the same image with fresh env, or a kept release."""

from .. import probes
from ..docker import containers
from ..store import state
from . import release, routing, targets
from .steps import env, pull


def make(transaction):
    """The plan for the verb that was asked."""
    return {'deploy': Deploy, 'restart': Restart, 'rollback': Rollback, 'start': Start, 'stop': Stop,
            'maintenance': Maintenance}[transaction.request.verb](transaction)


class Deploy:
    """A digest, asked for directly or by its tag."""

    def __init__(self, transaction):
        self._transaction = transaction
        self.definition = transaction.definition
        self.digest = transaction.request.digest
        self.tag = transaction.request.image_tag
        self.release_id = state.new_release_id()
        self._snapshot = None
        self._same = False

    def gather(self):
        transaction = self._transaction
        self._snapshot = env.read(transaction)
        with transaction.step('pull'):
            self.digest, self.tag = pull.digest_of(transaction)
            forced = transaction.request.force
            self._same = not forced and serves_already(transaction, self.digest, self._snapshot)
            if self._same:
                return None, None
            transaction.bring(release.fresh(transaction, self.release_id, self.digest, self.tag, self._snapshot), True)
            image = pull.image(transaction, transaction.new)
            transaction.new = transaction.new._replace(image=image['Id'])
        transaction.state.save_release(transaction.new, self._snapshot.as_dict())
        return image, self._snapshot.values

    def nothing_to_do(self):
        return self._same

    def shape(self):
        return _shape(self)


class Restart:
    """The image that serves now, with env read afresh."""

    def __init__(self, transaction):
        old = targets.serving(transaction.state)
        self._transaction = transaction
        self.definition = transaction.definition
        self.digest, self.tag = old.digest, old.tag
        self.release_id = state.new_release_id()

    def gather(self):
        transaction = self._transaction
        snapshot = env.read(transaction)
        with transaction.step('pull'):
            found = pull.kept_image(transaction, transaction.old)
            transaction.bring(release.fresh(transaction, self.release_id, self.digest, self.tag, snapshot), True)
            transaction.new = transaction.new._replace(image=found['Id'])
            pull.tag(transaction, transaction.new, found)
        transaction.state.save_release(transaction.new, snapshot.as_dict())
        return found, snapshot.values

    def nothing_to_do(self):
        return False

    def shape(self):
        return _shape(self)


class Rollback:
    """A kept release: its own image, its own env, and most often its own containers. Asks neither registry nor etcd."""

    def __init__(self, transaction):
        target = targets.find(transaction.state, transaction.request)
        self._transaction = transaction
        self._target = target
        self._same = self._serves(transaction)
        self.digest, self.tag, self.release_id = target.digest, target.tag, target.id

    def _serves(self, transaction):
        old = transaction.serving_before
        return old is not None and self._target.id == old.id

    def gather(self):
        transaction = self._transaction
        if self._same:
            return None, None
        transaction.bring(self._target, False)
        snapshot = env.read_kept(transaction, self._target)
        with transaction.step('pull'):
            transaction.emit('image.resolved', tag=self.tag, digest=self.digest)
            image = pull.kept_image(transaction, transaction.new)
            transaction.new = transaction.new._replace(image=image['Id'])
        return image, snapshot.values

    def nothing_to_do(self):
        return self._same

    def shape(self):
        return self._target


class Start(Rollback):
    """The release that was stopped, as it was; one that should serve and does not is woken up as well."""

    def _serves(self, transaction):
        old = transaction.serving_before
        return super()._serves(transaction) and routing.leads_to(transaction) == old.id and (
            serving_well(transaction, old) and routing.on_disk(transaction) == routing.text_for(transaction, old))


class AvailabilityChange:
    """What stop and maintenance have in common: the release stays what it is, and its virtual host changes."""

    release_id = None

    def _done(self, transaction):
        raise NotImplementedError

    def __init__(self, transaction):
        self.record = targets.current(transaction.state)
        self.digest, self.tag = self.record.digest, self.record.tag
        self._same = self._done(transaction) and routing.on_disk(transaction) == routing.text_for(
            transaction, self.record)

    def nothing_to_do(self):
        return self._same

    def shape(self):
        return self.record


class Stop(AvailabilityChange):
    def _done(self, transaction):
        return transaction.stopped


class Maintenance(AvailabilityChange):
    def _done(self, transaction):
        return bool(transaction.state.load().get('maintenance')) == bool(transaction.request.on)


def _shape(plan):
    """As much of a release as its virtual host shows, before it is made."""
    return release.shape(plan.definition, plan.release_id)


def serves_already(transaction, digest, snapshot):
    """Whether exactly this, image and env and definition, runs and is well: then there is nothing to do."""
    old = transaction.serving_before
    if old is None or old.digest != digest or old.env.sha256 != snapshot.sha256:
        return False
    if old.fingerprint != release.fingerprint(transaction.definition):
        return False
    return routing.leads_to(transaction) == old.id and serving_well(transaction, old)


def serving_well(transaction, record):
    """One look at every instance of a release that serves."""
    for instance in release.instances(record):
        seen = containers.inspect(transaction.engine, release.container(record, instance))
        if seen is None or not seen['State'].get('Running'):
            return False
    wanted = transaction.definition.health
    if wanted.type == 'docker':
        return True
    questions = [probes.Question(wanted.type, address, wanted.timeout, wanted.path, transaction.definition.health.host,
                                 wanted.expect) for address in release.addresses(transaction.state, record)]
    return all(seen.ok for seen in probes.ask_all(questions, transaction.identity))
