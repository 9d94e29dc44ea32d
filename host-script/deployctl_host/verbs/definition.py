"""`definition`: tells how an app is defined on this host, with all defaults, and which release of it is live."""

from ..config import definition
from ..store import state
from ..transaction import release


def run(call):
    wanted, host = call.definition, definition.load_host()
    app_state = state.AppState(call.app)
    live = app_state.release(app_state.load().get('current'))
    call.output.emit(
        'definition', app=call.app, roles=list(host.roles), live=live.brief() if live else None,
        variables=list(live.env.names) if live else [],
        changed=live is not None and live.fingerprint not in (None, release.fingerprint(wanted)), **fields(wanted))
    return 0


def fields(wanted):
    """Returns a definition as fields of the event: lists, texts and numbers, times in milliseconds, sizes in bytes."""
    return {
        'repository': wanted.repository, 'user': wanted.user, 'network': wanted.network,
        'commands': [' '.join(words) for words in wanted.commands],
        'consoles': [' '.join(words) for words in wanted.consoles],
        'web': _web(wanted) if wanted.vhost else None, 'vhost': _vhost(wanted.vhost) if wanted.vhost else None,
        'health': _health(wanted.health) if wanted.vhost else None,
        'env': {'source': wanted.env.source, 'roots': list(wanted.env.roots), 'required': list(wanted.env.required)},
        'resources': _resources(wanted.resources),
        'security': dict(wanted.security._asdict(), cap_add=list(wanted.security.cap_add),
                         cap_drop=list(wanted.security.cap_drop)),
        'volumes': [volume._asdict() for volume in wanted.volumes],
        'drain': {'timeout_ms': _ms(wanted.drain.timeout), 'stop_timeout_ms': _ms(wanted.drain.stop_timeout)},
        'processes': [_process(each) for each in wanted.processes],
        'release_command': _release_command(wanted.release) if wanted.release else None,
        'schedules': [_schedule(each) for each in wanted.schedules],
        'assets': wanted.assets._asdict() if wanted.assets else None}


def _web(wanted):
    return dict(wanted.connect._asdict(), command=list(wanted.command), instances=wanted.instances, order=wanted.order)


def _vhost(vhost):
    return {
        'server_name': list(vhost.server_name), 'listen': list(vhost.listen),
        'client_max_body_size': vhost.client_max_body_size, 'template': vhost.template is not None,
        'read_timeout_ms': _ms(vhost.read_timeout), 'trusted_proxies': list(vhost.trusted_proxies),
        'redirect': vhost.redirect == 'https', 'hsts_ms': _ms(vhost.hsts) if vhost.hsts >= 0 else None}


def _health(health):
    """Leaves out the values of headers, which can be credentials."""
    return {
        'type': health.type, 'path': health.path, 'host': health.host,
        'expect': ['%d' % low if low == high else '%d-%d' % (low, high) for low, high in health.expect],
        'interval_ms': _ms(health.interval), 'timeout_ms': _ms(health.timeout), 'successes': health.successes,
        'deadline_ms': _ms(health.deadline), 'min_healthy_ms': _ms(health.min_healthy),
        'headers': [name for name, _ in health.headers]}


def _process(process):
    health = process.health
    return {
        'process': process.name, 'command': list(process.command), 'instances': process.instances,
        'resources': _resources(process.resources), 'stop_timeout_ms': _ms(process.stop_timeout),
        'stop_signal': process.stop_signal, 'roles': list(process.roles), 'order': process.order,
        'health': {'type': health.type, 'running_ms': _ms(health.seconds), 'command': list(health.words),
                   'deadline_ms': _ms(health.deadline)}}


def _release_command(command):
    return {'command': list(command.command), 'check': list(command.check), 'timeout_ms': _ms(command.timeout)}


def _schedule(schedule):
    return {
        'schedule': schedule.name, 'at': schedule.at, 'timezone': schedule.timezone, 'command': list(schedule.command),
        'on': schedule.on, 'roles': list(schedule.roles), 'timeout_ms': _ms(schedule.timeout),
        'overlap': schedule.overlap}


def _resources(resources):
    return {'memory': resources.memory, 'nano_cpus': int(resources.cpus * 1e9) if resources.cpus else None,
            'pids': resources.pids, 'nofile': resources.nofile}


def _ms(seconds):
    return int(seconds * 1000 + 0.5)
