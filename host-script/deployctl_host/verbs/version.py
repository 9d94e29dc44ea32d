"""`version`: reports the versions of this script, its protocol and what it uses."""

import os
import re
import sys

from .. import programs
from ..config import definition
from ..docker.api import Engine
from ..errors import HostError
from ..version import PROTOCOL, VERSION


def run(call):
    host = definition.load_host()
    call.output.emit('version', version=VERSION, protocol=PROTOCOL, host=os.uname().nodename,
                     python='%d.%d.%d' % sys.version_info[:3], nginx=_nginx(host), docker=_docker(host))
    return 0


def _nginx(host):
    try:
        found = re.search(r'nginx/(\S+)', programs.run([host.nginx.binary, '-v'], 10.0).stderr)
    except HostError:
        return None
    return found.group(1) if found else None


def _docker(host):
    try:
        return Engine(host.docker).facts('/version').get('Version')
    except HostError:
        return None
