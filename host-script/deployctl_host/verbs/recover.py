"""`recover`: settles what a crash or a power cut left unfinished, of one app or of all that the caller may deploy.

Every other verb does the same first. It also confines what containers write, as the boot unit calls it.
"""

from .. import confinement, definition, state
from ..errors import HostError
from ..transaction import settle as settling


def run(call):
    apps = [call.app] if call.app else [app for app in state.known_apps() if call.may(app)]
    settled, first = 0, None
    for app in apps:
        try:
            settled += settle(call, app)
        except HostError as problem:
            first = first or problem
            call.output.emit('warning', code='recover', message='%s: %s' % (app, problem.message))
    for app, why in confinement.every_app(apps).items():
        call.output.emit('warning', code='confinement', message='%s: %s' % (app, why.message))
    if first is not None:
        raise first
    call.output.emit('recover.finished', apps=len(apps), settled=settled)
    return 0


def settle(call, app):
    """Settles one app; 1 when there was something to settle."""
    if state.AppState(app).unfinished() is None:
        return 0
    facts = settling.settle(app, definition.load_app(app), definition.load_host())
    if facts is None:
        return 0
    call.output.emit('recovered', **facts)
    return 1
