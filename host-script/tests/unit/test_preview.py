"""Tests of the directives that lead requests with a token to a held release."""

import re
import unittest

from deployctl_host.config import schema
from deployctl_host.errors import HostError
from deployctl_host.nginx import preview, vhost
from tests.sandbox import Sandbox

RELEASE = '20261123-030405-3f9ac1'
TOKEN = '0123456789abcdef0123456789abcdef'
DIRECTORY = '/var/lib/deployctl/my-blog/preview'
WAY = preview.Preview(DIRECTORY, 'unix:%s/held/1.sock:' % DIRECTORY)
BY_PORT = preview.Preview(DIRECTORY, '127.0.0.1:18003')


def definition(**changes):
    wanted = schema.Vhost(('blog.example.com',), preview=True, **changes)
    return schema.AppDefinition('my-blog', 'r/blog', ('alice',), wanted)


def text(made=None, mode='socket', closed=None, served=None, way=WAY):
    return vhost.render(made or definition(), (1, 22, 1), mode, RELEASE, ['x'], closed, served, way)


def map_of(variable, source):
    """Returns a function that maps a text as the map of a variable does; None stands for its default."""
    block = re.search(r'map \S+(?: \S+)? \$deployctl_my_blog_%s \{\n(.*?)\n\}' % variable, source, re.S).group(1)
    rules = [(re.compile(pattern), value) for pattern, value in re.findall(r'"~(.*)" (\S+);', block)]

    def mapped(asked):
        for pattern, value in rules:
            found = pattern.search(asked)
            if found:
                return re.sub(r'\$(\d)', lambda one: found.group(int(one.group(1))) or '', value)
        return None
    return mapped


class Text(unittest.TestCase):
    def test_socket_mode_leads_to_the_sockets_of_the_held_release(self):
        found = text()
        self.assertIn('if (-e %s/$deployctl_my_blog_preview) {' % DIRECTORY, found)
        self.assertIn('proxy_pass http://unix:%s/held/1.sock:$request_uri;' % DIRECTORY, found)

    def test_port_mode_leads_to_the_port_of_the_held_release(self):
        self.assertIn('proxy_pass http://127.0.0.1:18003$request_uri;', text(way=BY_PORT))

    def test_virtual_host_without_preview_has_none_of_it(self):
        self.assertNotIn('preview', text(way=None))

    def test_nobody_can_ask_for_the_location(self):
        location = text().partition('location = %s {' % preview.PATH)[2].partition('}')[0]
        self.assertIn('internal;', location)

    def test_requests_of_a_preview_are_not_logged(self):
        location = text().partition('location = %s {' % preview.PATH)[2].partition('}')[0]
        self.assertIn('access_log off;', location)
        self.assertNotIn('$deployctl_my_blog_preview', location)

    def test_users_of_a_closed_app_can_preview(self):
        found = text(closed='maintenance')
        self.assertLess(found.index('$deployctl_my_blog_preview) {'), found.index('$deployctl_my_blog_closed) {'))

    def test_assets_come_from_disk_for_everybody(self):
        made = definition()._replace(assets=schema.Assets('/a', '/a.b/'))
        self.assertIn('rewrite ^(?!/a\\.b/) %s last;' % preview.PATH, text(made, served=('/srv/a', 3)))

    def test_variables_of_the_longest_name_fit_into_nginxs_table(self):
        made = definition()._replace(app='a' * 40)
        for name in re.findall(r'\$deployctl_\w+', text(made)):
            self.assertLessEqual(len(name), 46)

    def test_it_is_recognized_in_a_virtual_host(self):
        self.assertTrue(preview.is_offered(text(), WAY, 'my_blog'))
        self.assertFalse(preview.is_offered(text(), BY_PORT, 'my_blog'))
        self.assertFalse(preview.is_offered(text(way=None), WAY, 'my_blog'))

    def test_address_that_users_ask(self):
        for names, listen, secure, wanted in (
                (('a.b',), ('80',), False, 'http://a.b/'), (('a.b',), ('127.0.0.1:8080',), False, 'http://a.b:8080/'),
                (('a.b',), ('80', '443 ssl'), False, 'https://a.b/'), (('a.b',), ('80',), True, 'https://a.b/'),
                (('a.b',), ('[::]:8443 ssl',), False, 'https://a.b:8443/'),
                (('*.b', 'c.d'), ('80',), False, 'http://c.d/'), (('_',), ('80',), False, None)):
            self.assertEqual(wanted, preview.address(names, listen, secure))


class Requests(unittest.TestCase):
    def test_token_is_32_hex_digits_in_header_or_cookie_and_nothing_else(self):
        mapped = map_of('preview', text())
        for header, cookie in ((TOKEN, ''), ('', TOKEN), ('x', TOKEN), (TOKEN, 'f' * 32)):
            self.assertEqual(TOKEN, mapped('%s %s' % (header, cookie)))
        for header, cookie in (('', ''), (TOKEN[:-1], ''), (TOKEN + '0', ''), (TOKEN.upper(), ''), ('../current', ''),
                               ('', TOKEN + '/..'), ('', '/' + TOKEN), ('none', ''), (TOKEN + '/', '')):
            self.assertIsNone(mapped('%s %s' % (header, cookie)), (header, cookie))

    def test_app_gets_all_cookies_but_the_token(self):
        mapped = map_of('cookies', text())
        mine = 'deployctl_preview=' + TOKEN
        for given, left in ((mine, ''), (mine + '; a=1', 'a=1'), ('a=1; %s; b=2' % mine, 'a=1; b=2'),
                            ('a=1; ' + mine, 'a=1; '), ('a=1;%s;b=2' % mine, 'a=1;b=2'), ('a=1', None),
                            ('x' + mine, None)):
            self.assertEqual(left, mapped(given), given)

    def test_app_gets_neither_header_nor_cookie(self):
        self.assertEqual(2, text().count("proxy_set_header X-Deployctl-Preview '';"))
        self.assertEqual(2, text().count('proxy_set_header Cookie $deployctl_my_blog_cookies;'))


class Template(Sandbox):
    def render(self, template, way):
        path = self.write('etc/own.conf', template)
        return text(definition(template=path), way=way)

    def test_mark_is_required_with_preview_and_empty_without(self):
        with self.assertRaisesRegex(HostError, '@PREVIEW@'):
            self.render('proxy_pass http://@UPSTREAM@;', WAY)
        plain = 'server { @PREVIEW@ proxy_pass http://@UPSTREAM@; }'
        self.assertIn('location = ' + preview.PATH, self.render(plain, WAY))
        self.assertNotIn('@PREVIEW@', self.render(plain, None))


if __name__ == '__main__':
    unittest.main()
