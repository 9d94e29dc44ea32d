#!/usr/bin/python3
"""Fabric's ThreadingGroup in chunks, because it has no limit of its own. Arguments: LIST CONCURRENCY; FLEET* variables."""
import os
import sys

import fabric
import paramiko

fleet, limit = os.environ['FLEET'], int(sys.argv[2])
with open(sys.argv[1], encoding='utf-8') as file:
    names = file.read().split()
config = fabric.Config(overrides={'run': {'hide': True, 'in_stream': False}, 'load_ssh_configs': False})
known = paramiko.HostKeys(fleet + '/known_hosts')
connections = [
    fabric.Connection(name, user=os.environ['FLEET_USER'], port=int(os.environ['FLEET_PORT']), config=config, connect_kwargs={
        'key_filename': fleet + '/id', 'allow_agent': False, 'look_for_keys': False}) for name in names]
for connection in connections:
    connection.client.set_missing_host_key_policy(paramiko.RejectPolicy())
    connection.client._host_keys = known
for start in range(0, len(connections), limit):
    group = fabric.ThreadingGroup.from_connections(connections[start:start + limit])
    for result in group.run('status').values():
        sys.stdout.write(result.stdout)
    group.close()
