"""Fixture of an app whose images have assets."""

import os

from deployctl_host.nginx import vhost
from tests.unit.call_fixture import CallFixture
from tests.unit.fake_docker import Image
from tests.unit.tars import tar

SECTION = '[assets]\npath = /app/public/assets\nurl = /assets/\nkeep = 2\n'
TEMPLATE = 'server {\n    @LISTEN@\n    server_name @SERVER_NAME@;\n%s    location / {\n        ' \
           'proxy_pass http://@UPSTREAM@;\n    }\n}\n'


def archive(*names, **contents):
    """Returns the archive of an image with these files, of which each holds its name unless said otherwise."""
    files = [(name, name.encode()) for name in names] + [(name, content) for name, content in contents.items()]
    return {'/app/public/assets': tar(('assets', None), *(('assets/' + name, content) for name, content in files))}


class AssetsFixture(CallFixture):

    def setUp(self):
        super().setUp()
        self.redefine('[drain]', SECTION + '[drain]')
        for tag in ('v1', 'v2', 'v3', 'v4'):
            self.docker.push(tag, Image(tag, archive=archive('app-%s.js' % tag, site=tag.encode())))
        self.root = os.path.realpath(self.root)

    @property
    def assets(self):
        return self.state.root + '/assets'

    def served(self, name):
        """Returns what nginx serves for a name, which is the first that it finds, or None."""
        text = vhost.read_bytes(self.loaded()[1].nginx, 'blog').decode()
        line = next(line for line in text.splitlines() if 'try_files' in line)
        for place in line.split()[1:-1]:
            try:
                with open(self.assets + place.replace('$uri', '/assets/' + name), 'rb') as source:
                    return source.read().decode()
            except FileNotFoundError:
                continue
        return None

    def deployed(self, tag):
        end = self.last(self.deploy(tag))
        self.assertEqual((end['exit'], end['outcome']), (0, 'succeeded'), end)
        return end['serving']

    def all_served(self):
        return {tag for tag in ('v1', 'v2', 'v3', 'v4') if self.served('app-%s.js' % tag)}

    def assert_tidy(self):
        self.assertEqual([name for name in os.listdir(self.assets) if name.startswith('.')], [])
        self.assertNotIn('deployctl-blog-assets', self.docker.names())
