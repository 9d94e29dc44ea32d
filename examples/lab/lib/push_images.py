"""Writes images of one static binary into a registry, without a dockerd.

usage: push_images.py push REGISTRY_URL BINARY VARIANTS_INI REPOSITORY,...
       push_images.py tag REGISTRY_URL REPOSITORY TAG FROM_TAG

An image here is one layer (the binary) and a config (its entrypoint and the environment of the variant). Times are
fixed, so the same binary gives the same digest each time.
"""
import configparser
import gzip
import hashlib
import io
import json
import platform
import sys
import tarfile
import urllib.error
import urllib.parse
import urllib.request

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
CREATED = "2026-01-01T00:00:00Z"
SECOND = 10**9
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Registry:
    """The few calls of the registry's HTTP API that a push needs."""

    def __init__(self, url):
        self.url = url

    def call(self, method, path, data=None, content_type=None, accept=None):
        request = urllib.request.Request(urllib.parse.urljoin(self.url, path), data=data, method=method)
        if content_type:
            request.add_header("Content-Type", content_type)
        if accept:
            request.add_header("Accept", accept)
        return urllib.request.urlopen(request, timeout=30)

    def has_blob(self, repository, blob):
        try:
            self.call("HEAD", f"/v2/{repository}/blobs/{digest(blob)}")
            return True
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise

    def put_blob(self, repository, blob):
        if self.has_blob(repository, blob):
            return
        place = self.call("POST", f"/v2/{repository}/blobs/uploads/", data=b"").headers["Location"]
        place += ("&" if "?" in place else "?") + urllib.parse.urlencode({"digest": digest(blob)})
        self.call("PUT", place, data=blob, content_type="application/octet-stream")

    def put_manifest(self, repository, tag, manifest):
        self.call("PUT", f"/v2/{repository}/manifests/{tag}", data=manifest, content_type=MANIFEST)

    def get_manifest(self, repository, tag):
        return self.call("GET", f"/v2/{repository}/manifests/{tag}", accept=MANIFEST).read()


def layer_of(binary, assets=""):
    """The tar of the binary and of assets, plain and compressed, the same bytes for the same input.

    An asset is NAME=CONTENT, or NAME>TARGET for a symbolic link; below public/assets.
    """
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        entry = tarfile.TarInfo("app")
        entry.size, entry.mode = len(binary), 0o755
        tar.addfile(entry, io.BytesIO(binary))
        for directory in ("public", "public/assets") if assets else ():
            entry = tarfile.TarInfo(directory)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for asset in assets.split():
            name, linked, target = asset.partition(">")
            name, _, content = (name if linked else asset).partition("=")
            entry = tarfile.TarInfo("public/assets/" + name)
            entry.mode, entry.size = 0o6755, len(content)
            if linked:
                entry.type, entry.linkname = tarfile.SYMTYPE, target
            tar.addfile(entry, io.BytesIO(content.encode()))
    return plain.getvalue(), gzip.compress(plain.getvalue(), compresslevel=6, mtime=0)


def config_of(plain_layer, environment, healthcheck=None, more=None):
    own = json.loads(more or "{}")
    if healthcheck is not None:
        own["Healthcheck"] = {"Test": ["CMD", "/app"] + healthcheck.split(), "Interval": SECOND, "Timeout": 5 * SECOND,
                              "Retries": 3}
    return json.dumps({
        "architecture": ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "created": CREATED,
        "config": {"Entrypoint": ["/app"], "Env": environment, "ExposedPorts": {"8080/tcp": {}}, **own},
        "rootfs": {"type": "layers", "diff_ids": [digest(plain_layer)]},
        "history": [{"created": CREATED, "created_by": "COPY app /app"}],
    }, sort_keys=True).encode()


def manifest_of(config, layer):
    return json.dumps({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": digest(config)},
        "layers": [{"mediaType": LAYER, "size": len(layer), "digest": digest(layer)}],
    }, sort_keys=True).encode()


def variants(path):
    """Tag -> its environment, NAME=VALUE, the version first, its HEALTHCHECK and its CONFIG, or None, its ASSETS."""
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment]  # names keep their case
    with open(path, encoding="utf-8") as file:
        parser.read_file(file)
    return {tag: ([f"APP_VERSION={tag}"] + [f"{name}={value}" for name, value in parser[tag].items()
                                            if name not in ("HEALTHCHECK", "CONFIG", "ASSETS")],
                  parser[tag].get("HEALTHCHECK"), parser[tag].get("CONFIG"), parser[tag].get("ASSETS") or "")
            for tag in parser.sections()}


def push(url, binary_path, variants_path, repositories):
    with open(binary_path, "rb") as file:
        binary = file.read()
    registry = Registry(url)
    tags = variants(variants_path)
    layers = {assets: layer_of(binary, assets) for *_, assets in tags.values()}
    for repository in repositories.split(","):
        for _, layer in layers.values():
            registry.put_blob(repository, layer)
        for tag, (*own, assets) in tags.items():
            plain, layer = layers[assets]
            config = config_of(plain, *own)
            registry.put_blob(repository, config)
            registry.put_manifest(repository, tag, manifest_of(config, layer))
        print(f"registry:5000/{repository}: {' '.join(tags)}")


def tag(url, repository, new_tag, from_tag):
    registry = Registry(url)
    manifest = registry.get_manifest(repository, from_tag)
    registry.put_manifest(repository, new_tag, manifest)
    print(f"registry:5000/{repository}:{new_tag} is now {digest(manifest)} (as {from_tag})")


def main(verb, *words):
    try:
        {"push": push, "tag": tag}[verb](*words)
    except urllib.error.HTTPError as error:
        said = error.read(300).decode("utf-8", "replace")
        sys.exit(f"lab: the registry answered {error.code} {error.reason} to {error.url}: {said}")
    except OSError as error:
        sys.exit(f"lab: {words[0]}: {error}")


if __name__ == "__main__":
    main(*sys.argv[1:])
