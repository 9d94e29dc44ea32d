"""Prints the state of an app on this host as JSON, from Docker, the kernel and the files, not from deployctl-host.

Run inside a lab host: python3 -I - APP <facts.py
"""

import glob
import json
import os
import re
import socket
import sys
import urllib.parse


def docker(path, **filters):
    """Returns the answer of Docker to GET, or None if there is no such object. `docker` takes five times as long."""
    if filters:
        path += '?all=1&filters=' + urllib.parse.quote(json.dumps({name: [value] for name, value in filters.items()}))
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect('/run/docker.sock')
        connection.sendall(b'GET %s HTTP/1.0\r\n\r\n' % path.encode())
        head, _, body = b''.join(iter(lambda: connection.recv(65536), b'')).partition(b'\r\n\r\n')
    status = int(head.split(None, 2)[1])
    if status not in (200, 404):
        raise OSError('docker: %s: %s %s' % (path, head.decode(), body.decode()))
    return json.loads(body) if status == 200 else None


def containers(app):
    listed = docker('/containers/json', label='deployctl.app=' + app)
    found = {}
    # A container may have been removed since it was listed.
    for one in filter(None, [docker('/containers/%s/json' % each['Id']) for each in listed]):
        found[one['Name'].lstrip('/')] = {
            'release': one['Config']['Labels']['deployctl.release'], 'state': one['State']['Status'],
            'policy': one['HostConfig']['RestartPolicy']['Name'], 'started': one['State']['StartedAt'],
            'id': one['Id'], 'exit': one['State']['ExitCode']}
    return found


def images(app):
    """Returns the tags of the app's images."""
    repository = 'deployctl/' + app
    return sorted(tag.rpartition(':')[2] for one in docker('/images/json', reference=repository)
                  for tag in one['RepoTags'] or () if tag.startswith(repository + ':'))


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
        'retiring': names(root + '/retiring'),
        'images': images(app),
        'workers': workers(),
        'holder': json.loads(re.sub(r'^$', '{}', text('/run/deployctl/%s.lock' % app) or '')),
    }))


if __name__ == '__main__':
    main(sys.argv[1])
