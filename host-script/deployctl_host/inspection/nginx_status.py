"""What nginx itself says of the apps of this host: of the configuration on disk, and in answer to a request."""

from .. import probes
from ..errors import HostError
from ..nginx import configuration, inclusion, process, vhost
from ..transaction import vhost_probe

# A `status` must not wait as long as a user would.
PATIENCE = 3.0
ANY_ANSWER = ((100, 499), (500, 501))


class NginxStatus:
    """Asked once for all apps of a call. `trouble` says why nobody is served, or is None."""

    def __init__(self, host):
        self._host = host
        self._settings = None
        self._dump = None
        self.trouble = None
        self.warning = None     # what is wrong with nginx's configuration, and is no app's of ours
        try:
            self._settings = process.Settings(host.nginx)
            process.master(self._settings)
        except HostError as problem:
            self.trouble = problem.message
        try:
            self._dump = inclusion.Dump(self._settings) if self._settings else None
        except HostError:
            pass    # nginx that cannot be asked about its files: the requests tell how users fare

    def configured(self, definition):
        """What is wrong with the configuration on disk, as far as this app is concerned."""
        if self._dump is None or self._settings is None or self.trouble:
            return []
        path = vhost.path_of(self._host.nginx, definition.app)
        if not self._dump.sound:
            problem = configuration.refusal(self._dump.said, path).message + '; its next reload or start fails'
            if path in problem:
                return [problem]
            self.warning = problem
            return []
        found = []
        if not self._dump.includes(path):
            found.append('%s does not include %s: users do not reach this app, or will not after the next reload' % (
                self._settings.conf, path))
        return found + ['%s (%s)' % (problem.message, problem.hint) for problem in configuration.conflicts(
            self._settings, definition.vhost.server_name, self._dump.said)]

    def answers(self, surveys):
        """{app: sentence} of the apps whose users do not get what they should; all are asked at once."""
        if self.trouble or not self._settings or not surveys:
            return {}
        try:
            identity = probes.Identity(self._settings.user)
        except HostError:
            return {}
        questions = [_question(survey) for survey in surveys]
        found = {}
        for survey, question, seen in zip(surveys, questions, probes.ask_all(questions, identity)):
            if not seen.ok:
                found[survey.definition.app] = 'a request through nginx failed: GET %s for %s: %s' % (
                    question.path, question.host, seen.saw)
        return found


def _question(survey):
    definition, current = survey.definition, survey.current
    if current.mode == 'port':
        question = vhost_probe.through_nginx(definition, vhost.PROOF)
        question.body = current.id
    elif definition.health.type == 'http':
        question = vhost_probe.through_nginx(definition, definition.health.path)
        if definition.health.release_header:
            question.headers = {definition.health.release_header: current.id}
    else:
        question = vhost_probe.through_nginx(definition, '/')
        question.expect = ANY_ANSWER
    question.timeout = min(question.timeout, PATIENCE)
    return question
