"""A proxy on the loopback that fails as networks and other servers do."""

import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal

import httpx

HOP_BY_HOP = ("connection", "content-length", "date", "server", "transfer-encoding")


@dataclass(frozen=True)
class Fault:
    """What happens to one request.

    `drop`: it never reaches the server. `lose`: the server executes it, and no response arrives.
    `cut`: the response ends after `max_bytes` of its body. `delay`: it comes `seconds` late.
    `refuse`: the proxy responds itself. `pass`: nothing."""

    kind: Literal["drop", "lose", "cut", "delay", "refuse", "pass"]
    max_bytes: int | None = None
    seconds: float = 0.0
    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"Not now."


PASS = Fault("pass")


@dataclass(frozen=True)
class Received:
    """A request as the proxy received it; the names of its header fields are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]


class FaultyProxy(ThreadingHTTPServer):
    """Forwards requests to a server; `faults` are for the next requests, one each."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = upstream
        self.faults: deque[Fault] = deque()
        self.requests: list[Received] = []
        self.statuses: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fail(self, *faults: Fault) -> None:
        """Forget what was received, and fail the next requests in these ways."""
        self.faults = deque(faults)
        self.requests.clear()
        self.statuses.clear()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyProxy

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (its name in the library)
        """Print nothing."""

    def _handle(self) -> None:
        self.close_connection = True
        proxy = self.server
        headers = {name.lower(): value for name, value in self.headers.items()}
        proxy.requests.append(Received(self.command, self.path, headers))
        content = self.rfile.read(int(headers.get("content-length", 0)))
        fault = proxy.faults.popleft() if proxy.faults else PASS
        if fault.kind == "refuse":
            self._refuse(fault)
        elif fault.kind != "drop":
            # The client has gone, or the server.
            with suppress(OSError, httpx.HTTPError):
                self._forward(headers, content, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle

    def _refuse(self, fault: Fault) -> None:
        self.send_response(fault.status)
        for name, value in fault.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(fault.body)))
        self.end_headers()
        self.wfile.write(fault.body)

    def _forward(self, headers: dict[str, str], content: bytes, fault: Fault) -> None:
        url = self.server.upstream + self.path
        with httpx.stream(
            self.command, url, headers=headers, content=content, timeout=60
        ) as response:
            self.server.statuses.append(response.status_code)
            if fault.kind == "lose":
                response.read()
                return
            time.sleep(fault.seconds)
            self._send_head(response)
            self._send_body(response, fault.max_bytes)

    def _send_head(self, response: httpx.Response) -> None:
        self.send_response_only(response.status_code)
        for name, value in response.headers.items():
            if name not in HOP_BY_HOP:
                self.send_header(name, value)
        if response.status_code not in (204, 304):
            self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()

    def _send_body(self, response: httpx.Response, max_bytes: int | None) -> None:
        """Send the body in chunks, so that its end is missed if it does not come."""
        remaining = max_bytes
        for chunk in response.iter_raw():
            if remaining is not None:
                chunk = chunk[:remaining]
                remaining -= len(chunk)
            if chunk:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            if remaining == 0:
                return
        if response.status_code not in (204, 304):
            self.wfile.write(b"0\r\n\r\n")


@contextmanager
def failing(upstream: str) -> Iterator[FaultyProxy]:
    """A proxy before this server, which ends with the block."""
    with FaultyProxy(upstream.rstrip("/")) as proxy:
        thread = Thread(target=proxy.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
