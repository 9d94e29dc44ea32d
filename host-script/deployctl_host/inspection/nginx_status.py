"""Asks nginx about the apps of this host: checks the configuration on disk and sends a request for each app."""

from .. import probes
from ..errors import HostError
from ..nginx import configuration, inclusion, process, vhost
from ..transaction import routing, vhost_probe

# Shorter than a user would wait, because `status` should answer quickly.
TIMEOUT = 3.0
ANY_ANSWER = ((100, 499), (500, 501))


class NginxStatus:
    """The state of nginx, read once for all apps of a call. `trouble` says why no app is served, or is None."""

    def __init__(self, host):
        self._host = host
        self._settings = None
        self._dump = None
        self.trouble = None
        self.warning = None     # an error in nginx's configuration outside the apps' virtual hosts
        try:
            self._settings = process.Settings(host.nginx)
            process.master(self._settings)
        except HostError as problem:
            self.trouble = problem.message
        try:
            self._dump = inclusion.Dump(self._settings) if self._settings else None
        except HostError:
            pass    # nginx cannot print its configuration; the requests show whether users are served

    def configured(self, definition):
        """Returns the errors in the configuration on disk that concern this app."""
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
            self._settings, routing.server_names(definition), self._dump.said)]

    def answers(self, surveys):
        """Returns {app: sentence} for apps whose users get wrong responses; all are asked in parallel."""
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
    question.timeout = min(question.timeout, TIMEOUT)
    return question
