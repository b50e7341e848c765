"""A small S3 store in memory: put, get, look, remove and list, as the documented API answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

PAGE = 10
"""Names given at a time, so that a client has to ask for more."""


@contextmanager
def s3_double(*, fault: str = "") -> Iterator[str]:
    """Serve until the end; every request answers `fault` where one is named."""
    objects: dict[str, tuple[bytes, datetime]] = {}

    class Handler(_Double):
        pass

    Handler.objects, Handler.fault = objects, fault
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Double(BaseHTTPRequestHandler):
    objects: dict[str, tuple[bytes, datetime]]
    fault: str
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._faulty():
            assert self.headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=key/")
            self.objects[self._key()] = body, datetime.now(UTC)
            self._answer(200, b"", ETag=f'"{md5(body, usedforsecurity=False).hexdigest()}"')

    def do_GET(self) -> None:
        if self._faulty():
            return
        query = parse_qs(urlsplit(self.path).query)
        if "list-type" in query:
            self._answer(200, self._listed(query), **{"Content-Type": "application/xml"})
            return
        found = self.objects.get(self._key())
        if found is None:
            self._error(404, "NoSuchKey")
            return
        self._answer(200, found[0], **{"Last-Modified": format_datetime(found[1], usegmt=True)})

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if not self._faulty():
            self.objects.pop(self._key(), None)
            self._answer(204, b"")

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _faulty(self) -> bool:
        if self.fault:
            self._error(403, self.fault)
        return bool(self.fault)

    def _listed(self, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", [""])[0]
        names = sorted(name for name in self.objects if name.startswith(prefix) and name > after)
        given = names[:PAGE]
        rows = "".join(
            f"<Contents><Key>{escape(name)}</Key><LastModified>"
            f"{self.objects[name][1]:%Y-%m-%dT%H:%M:%S}.000Z</LastModified>"
            f"<ETag>&quot;x&quot;</ETag><Size>{len(self.objects[name][0])}</Size></Contents>"
            for name in given
        )
        more = len(names) > PAGE
        token = f"<NextContinuationToken>{given[-1]}</NextContinuationToken>" if more else ""
        return (
            '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>bucket</Name><Prefix>{escape(prefix)}</Prefix><KeyCount>{len(given)}</KeyCount>"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{rows}</ListBucketResult>"
        ).encode()

    def _error(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        self._answer(status, body, **{"Content-Type": "application/xml"})

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's word
        pass
