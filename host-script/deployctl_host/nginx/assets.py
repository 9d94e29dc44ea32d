"""Generates the locations that serve assets from disk."""

LOCATION = """\
    # Assets of the last releases, from disk: while versions are mixed, pages of both find theirs. Those of the live
    # release come first. What is not there goes to the app.
    location ^~ %(url)s {
        root %(root)s;
        disable_symlinks off;
        open_file_cache off;
        try_files %(places)s @deployctl_app;
    }
    location @deployctl_app {
%(proxy)s    }

"""


def location(url, served, proxy):
    """Returns the directives. `served` are the directory and the number of its links, `proxy` passes to the app."""
    root, slots = served
    places = ['current'] + [str(number) for number in range(1, slots + 1)]
    return LOCATION % {'url': url, 'root': root, 'proxy': proxy,
                       'places': ' '.join('/%s$uri' % place for place in places)}
