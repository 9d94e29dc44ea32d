"""A proxy for the package manager of bare hosts, which have no other way out of the lab. Keeps packages in a directory.

usage: mirror.py ADDRESS PORT DIRECTORY
"""
import hashlib
import http.server
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request

PASSED_ON = ("If-Modified-Since", "Range", "If-Range", "Cache-Control")
ANSWERED = ("Content-Type", "Content-Length", "Content-Range", "Last-Modified", "ETag")


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    directory = ""

    def do_GET(self):
        if not self.path.startswith("http://"):
            self.send_error(400, "this is a proxy for http")
            return
        kept = os.path.join(self.directory, hashlib.sha256(self.path.encode()).hexdigest() + ".deb")
        if self.path.endswith(".deb") and not os.path.exists(kept) and not self.keep(kept):
            return
        if os.path.exists(kept):
            with open(kept, "rb") as package:
                self.answer(200, {"Content-Length": os.path.getsize(kept)}, package)
        else:
            self.pass_on()

    def fetch(self, headers):
        """Returns the mirror's answer, or None after a failure, which the client was told."""
        request = urllib.request.Request(self.path, headers=headers)
        try:
            return urllib.request.urlopen(request, timeout=60)
        except urllib.error.HTTPError as refused:
            return refused
        except OSError as failed:
            self.send_error(502, "the mirror does not answer", str(failed))
            return None

    def keep(self, path):
        """Downloads a package; returns whether it is kept now. A file has its name only when it is complete."""
        answer = self.fetch({})
        if answer is None:
            return False
        with answer:
            if answer.status != 200:
                self.answer(answer.status, answer.headers, answer)
                return False
            with tempfile.NamedTemporaryFile(dir=self.directory, delete=False) as new:
                shutil.copyfileobj(answer, new)
            if str(os.path.getsize(new.name)) != answer.headers["Content-Length"]:
                os.unlink(new.name)
                self.send_error(502, "the mirror sent a part of the package only")
                return False
            os.replace(new.name, path)
            return True

    def pass_on(self):
        answer = self.fetch({name: self.headers[name] for name in PASSED_ON if self.headers[name]})
        if answer is not None:
            with answer:
                self.answer(answer.status, answer.headers, answer)

    def answer(self, status, headers, body):
        self.send_response(status)
        for name in ANSWERED:
            if headers.get(name) is not None:
                self.send_header(name, str(headers[name]))
        if headers.get("Content-Length") is None and status != 304:
            self.send_header("Connection", "close")     # which also ends the connection after this answer
        self.end_headers()
        shutil.copyfileobj(body, self.wfile)


def main(address, port, directory):
    os.makedirs(directory, exist_ok=True)
    Proxy.directory = directory
    http.server.ThreadingHTTPServer((address, int(port)), Proxy).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
