"""Reads what the operator wrote: `load_app`, `load_host`, `list_apps`. Developers have no say in any of it."""

from .records import (AppDefinition, Connect, DockerConfig, Drain, Env, EtcdConfig, Health, HostConfig, NginxConfig,
                      Resources, Security, Vhost, Volume)

__all__ = ['AppDefinition', 'Connect', 'DockerConfig', 'Drain', 'Env', 'EtcdConfig', 'Health', 'HostConfig', 'NginxConfig',
           'Resources', 'Security', 'Vhost', 'Volume']
