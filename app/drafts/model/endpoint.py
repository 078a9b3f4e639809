"""A language model behind HTTP: the chat completions of OpenAI, which many servers speak.

The only module that imports httpx, which is an extra (`model`). Imported when a model is asked."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from app.drafts.model.answers import quote_start
from app.drafts.model.prompts import name_host
from app.errors import ModelFailed

MAX_RESPONSE_BYTES = 8_388_608
_PATH = "/chat/completions"
# The server is busy, or restarts.
_BUSY = frozenset({429, 502, 503, 504})
_MAX_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 1.0
_MAX_REASON_CHARACTERS = 200
# A shorter key, such as "none" for a server that wants any, is no secret, and may be a word.
_MIN_SECRET_CHARACTERS = 12


class _Detail(BaseModel):
    model_config = ConfigDict(strict=True)

    message: str


class _Problem(BaseModel):
    """How servers say what was wrong."""

    error: _Detail


class _Busy(Exception):
    """The server asks to come back; `seconds` is after how long, None if it does not say."""

    def __init__(self, reason: str, seconds: float | None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class Endpoint:
    """A server that can be asked, until `max_seconds` have passed since it was made."""

    def __init__(
        self,
        url: str,
        key: str | None,
        max_seconds: float,
        count_request: Callable[[], None],
    ) -> None:
        self._url = url if url.endswith(_PATH) else url + _PATH
        self._key = key
        is_secret = key is not None and len(key) >= _MIN_SECRET_CHARACTERS
        self._secret = key if is_secret else None
        self._max_seconds = max_seconds
        self._deadline = time.monotonic() + max_seconds
        # Called before each request; raises ModelFailed if there may be no other.
        self._count_request = count_request
        self.host = name_host(url)

    def ask(self, content: bytes) -> bytes:
        """The body of the response to a request, without the key, which some servers repeat. A
        server that is busy is asked again.

        Raises ModelFailed, in one line and without the key."""
        received = asyncio.run(self._ask(content))
        if self._secret is None:
            return received
        return received.replace(self._secret.encode(), b"...")

    async def _ask(self, content: bytes) -> bytes:
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(1, _MAX_ATTEMPTS + 1):
            self._count_request()
            try:
                return await self._post_in_time(content)
            except _Busy as busy:
                if attempt == _MAX_ATTEMPTS:
                    raise ModelFailed(f"{busy} It was asked {attempt} times.") from None
                seconds = busy.seconds if busy.seconds is not None else pause
                await self._wait(seconds, str(busy))
                pause *= 2
        raise AssertionError("The last attempt returns or raises.")

    async def _wait(self, seconds: float, reason: str) -> None:
        remaining = self._deadline - time.monotonic()
        if seconds > remaining:
            raise ModelFailed(
                f"{reason} It can be asked again in {seconds:,.0f} seconds, and "
                f"COMMUNIQUE_MODEL_MAX_SECONDS leaves {max(0.0, remaining):,.0f}."
            )
        await asyncio.sleep(seconds)

    async def _post_in_time(self, content: bytes) -> bytes:
        try:
            # One deadline for all: a server that sends a byte now and then meets every other.
            async with asyncio.timeout(self._deadline - time.monotonic()):
                return await self._post(content)
        except TimeoutError:
            raise ModelFailed(
                f"{self.host} did not answer within {self._max_seconds:,.0f} seconds "
                "(COMMUNIQUE_MODEL_MAX_SECONDS)."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            reason = str(error) or type(error).__name__
            raise ModelFailed(
                f"{self.host} cannot be asked: {self._shorten(reason)}"
            ) from None

    async def _post(self, content: bytes) -> bytes:
        async with (
            httpx.AsyncClient(timeout=None, follow_redirects=False) as client,
            client.stream(
                "POST", self._url, content=content, headers=self._make_headers()
            ) as response,
        ):
            if response.is_redirect:
                # Not followed: another server would get the text and the key.
                target = self._shorten(response.headers.get("Location", "nowhere"))
                raise ModelFailed(
                    f"{self.host} redirects to {target} Set COMMUNIQUE_MODEL_URL to the address "
                    "that answers."
                )
            received = await self._read(response)
            if response.status_code == 200:
                return received
            reason = f"{self.host} answers {response.status_code}{self._explain(received)}."
            if response.status_code in _BUSY:
                raise _Busy(reason, _read_retry_after(response))
            raise ModelFailed(reason)

    def _make_headers(self) -> dict[str, str]:
        # Uncompressed, so that the bound on its bytes is one on memory.
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        return headers

    async def _read(self, response: httpx.Response) -> bytes:
        coding = response.headers.get("Content-Encoding", "identity")
        if coding != "identity":
            raise ModelFailed(
                f"{self.host} did not send what was asked for, but in the coding "
                f"{self._shorten(coding)}"
            )
        received = bytearray()
        async for chunk in response.aiter_raw():
            received += chunk
            if len(received) > MAX_RESPONSE_BYTES:
                raise ModelFailed(
                    f"{self.host} answers with more than {MAX_RESPONSE_BYTES:,} bytes."
                )
        return bytes(received)

    def _explain(self, received: bytes) -> str:
        """What the server says was wrong."""
        try:
            message = _Problem.model_validate_json(received).error.message
        except ValidationError:
            message = quote_start(received)
        return f": {self._shorten(message)[:-1]}"

    def _shorten(self, message: str) -> str:
        """A sentence on one line, without the key."""
        line = " ".join(message.split())
        if self._secret is not None:
            line = line.replace(self._secret, "…")
        printable = "".join(char if char.isprintable() else "�" for char in line)
        return f"{printable[:_MAX_REASON_CHARACTERS].rstrip('.')}."


def _read_retry_after(response: httpx.Response) -> float | None:
    """Seconds until the server may be asked again (RFC 9110 §10.2.3), as a number or a date."""
    value = response.headers.get("Retry-After", "").strip()
    # No number of more digits is one that is waited for.
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
