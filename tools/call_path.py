"""How many files and functions of `app/` does one request pass?

    .venv/bin/python -m tools.call_path

Counts, for the first uncached request over the seed in a new SQLite base, the named functions that
are called (no lambdas, no comprehensions) and the files that they are in.
"""

import asyncio
import os
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import FrameType

import httpx

from app.access.keys import create_key
from app.bundles.load import load_if_empty
from app.main import create_server
from app.settings import Settings, shipped
from app.store.engine import make_engine

APP = f"{Path(__file__).parent.parent / 'app'}{os.sep}"
LIST = "/v1/initiatives?focus_area=training&modality=recommended&facet=kind&include=office"
RECORD = "/v1/initiatives/expand-joint-training-programs"
PATCH = {"derived": {"office_slug": "Another reason"}}

Function = tuple[str, str]


class Recorder:
    """Records the functions that are called on any thread while it is active."""

    def __init__(self) -> None:
        self.functions: set[Function] = set()
        self.active = False

    def profile(self, frame: FrameType, event: str, _argument: object) -> None:
        if not self.active or event != "call":
            return
        code = frame.f_code
        is_named = not code.co_name.startswith("<")
        if is_named and code.co_filename.startswith(APP):
            self.functions.add((code.co_filename, code.co_qualname))


async def main() -> None:
    recorder = Recorder()
    # Before the first thread of the pool starts.
    threading.setprofile(recorder.profile)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/seed.db", cache_bytes=0)
        engine = make_engine(settings)
        load_if_empty(engine, shipped("data/seed.json"), author="seed")
        key, _ = create_key(engine, "call path", "write")
        transport = httpx.ASGITransport(app=create_server(settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://base") as client:
            await report(recorder, "GET", lambda: client.get(LIST))
            etag = (await client.get(RECORD)).headers["ETag"]
            headers = {
                "Authorization": f"Bearer {key}",
                "If-Match": etag,
                "Content-Type": "application/merge-patch+json",
            }
            await report(
                recorder, "PATCH", lambda: client.patch(RECORD, headers=headers, json=PATCH)
            )
        engine.dispose()


async def report(
    recorder: Recorder, name: str, send: Callable[[], Awaitable[httpx.Response]]
) -> None:
    recorder.functions.clear()
    recorder.active = True
    sys.setprofile(recorder.profile)
    response = await send()
    sys.setprofile(None)
    recorder.active = False
    files = {file for file, _ in recorder.functions}
    status = response.status_code
    print(f"{name} {status}: {len(files)} files, {len(recorder.functions)} functions")


if __name__ == "__main__":
    asyncio.run(main())
