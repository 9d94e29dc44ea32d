"""Prints the state of an app on this host as JSON, from Docker, the kernel and the files, not from deployctl-host.

Run inside a lab host: python3 -I - APP <facts.py
"""

import glob
import json
import os
import re
import subprocess
import sys


def docker(*words, check=True):
    return subprocess.run(('docker',) + words, stdout=subprocess.PIPE, check=check, universal_newlines=True).stdout


def containers(app):
    ids = docker('ps', '-aq', '--no-trunc', '--filter', 'label=deployctl.app=' + app).split()
    found = {}
    # A container that was removed since it was listed is left out, and makes Docker end with 1.
    for one in json.loads(docker('inspect', *ids, check=False)) if ids else []:
        found[one['Name'].lstrip('/')] = {
            'release': one['Config']['Labels']['deployctl.release'], 'state': one['State']['Status'],
            'policy': one['HostConfig']['RestartPolicy']['Name'], 'started': one['State']['StartedAt'],
            'id': one['Id'], 'exit': one['State']['ExitCode']}
    return found


def workers():
    """Returns {pid: start time} of nginx's workers that accept connections."""
    found = {}
    for path in glob.glob('/proc/[0-9]*/cmdline'):
        try:
            with open(path, 'rb') as source:
                text = source.read().replace(b'\0', b' ').strip()
            if text == b'nginx: worker process':
                with open(os.path.dirname(path) + '/stat', 'rb') as source:
                    found[path.split('/')[2]] = source.read().rpartition(b') ')[2].split()[19].decode()
        except OSError:
            pass
    return found


def text(path):
    try:
        with open(path, encoding='utf-8') as source:
            return source.read()
    except FileNotFoundError:
        return None


def names(path):
    try:
        return sorted(os.listdir(path))
    except FileNotFoundError:
        return []


def main(app):
    root = '/var/lib/deployctl/' + app
    state = json.loads(text(root + '/state.json') or '{}')
    print(json.dumps({
        'app': app, 'containers': containers(app), 'current': state.get('current'), 'previous': state.get('previous'),
        'ports': state.get('ports'), 'pointed': os.path.basename(os.readlink(root + '/current'))
        if os.path.islink(root + '/current') else None,
        'vhost': text('/etc/nginx/conf.d/deployctl-%s.conf' % app), 'conf_files': names('/etc/nginx/conf.d'),
        'releases': names(root + '/releases'), 'sockets': names(root + '/sockets'), 'files': names(root),
        'unfinished': text(root + '/unfinished'), 'held': json.loads(text(root + '/held') or 'null'),
        'previews': names(root + '/preview'), 'transactions': names(root + '/transactions'),
        'images': sorted(docker('images', '--format', '{{.Tag}}', 'deployctl/' + app).split()),
        'workers': workers(),
        'holder': json.loads(re.sub(r'^$', '{}', text('/run/deployctl/%s.lock' % app) or '')),
    }))


if __name__ == '__main__':
    main(sys.argv[1])
