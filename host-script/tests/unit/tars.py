"""Tar archives for tests, honest and hostile."""

import io
import tarfile


def tar(*entries, form=tarfile.PAX_FORMAT):
    """Returns an archive. An entry is (name, content) or (name, None) for a directory, or a prepared TarInfo."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode='w', format=form) as archive:
        for entry in entries:
            if isinstance(entry, tarfile.TarInfo):
                archive.addfile(entry, io.BytesIO(b'\0' * entry.size) if entry.isreg() else None)
                continue
            name, content = entry
            made = tarfile.TarInfo(name)
            made.mtime = 1700000000
            if content is None:
                made.type, made.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(made)
            else:
                made.size, made.mode = len(content), 0o6777
                archive.addfile(made, io.BytesIO(content))
    return target.getvalue()


def special(name, kind, target=''):
    """Returns an entry that is no regular file."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.mode = kind, target, 0o4777
    made.devmajor, made.devminor = 1, 8
    return made
