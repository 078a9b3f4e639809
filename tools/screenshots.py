"""Pictures of every page over the seed, for a person to look at: light and dark, wide and narrow.

    python -m tools.screenshots FOLDER

Needs Chromium: `apt-get install -y --no-install-recommends chromium`."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1280, 390, 320)
HEIGHT = 900
COMMAND = (sys.executable, "-c", "from app.cli import main; main()")
# By the name of the file.
PAGES = {
    "home": "/",
    "claims": "/claims?q=training",
    "timeline": "/timeline",
    "crosstab": "/crosstab?collection=initiatives&rows=focus_area&columns=modality",
    "focus-areas": "/focus-areas",
    "dossier": "/focus-areas/counter-terrorism",
    "record": "/timeline-items/inauguration-of-the-office",
    "office": "/offices/nato-liaison-office-amman",
    "document": "/documents/nato-expands-presence-in-amman",
    "history": "/offices/nato-liaison-office-amman/history/1",
    "changes": "/changes",
    "revision": "/changes/1",
    "past": "/?as_of=1",
    "about": "/about",
    "error": "/claims?focus_area=counter-terorism",
}
# Of curators, who sign in first.
EDITED = "/curate/timeline-items/cybersecurity-collaboration-2025-2027"
CURATE_PAGES = {
    "curate": "/curate",
    "curate-records": "/curate/records?q=training",
    "curate-edit": EDITED,
    "curate-new": "/curate/new/initiatives",
    "curate-delete": "/curate/focus-areas/training/delete",
    "curate-history": f"{EDITED}/history",
    "curate-restore": f"{EDITED}/history/1",
    "curate-changes": "/curate/changes",
    "curate-keys": "/curate/keys",
}
_ADDRESS = re.compile(r"http://\S+?(?=/)")


@contextmanager
def serve_seed() -> Iterator[tuple[str, str]]:
    """The address of a server over a new base with the seed, and the key of an administrator."""
    with TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "COMMUNIQUE_DATABASE_URL": f"sqlite:///{folder}/seed.db",
        }
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout is not None
            # The first line names the base, the second the home page.
            process.stdout.readline()
            address = _ADDRESS.search(process.stdout.readline())
            assert address is not None
            made = subprocess.run(
                [*COMMAND, "keys", "create", "Zenda", "--scope", "admin"],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            yield address[0], made.stdout.strip()
        finally:
            process.terminate()
            process.wait()


def take_pictures(
    browser: Browser,
    address: str,
    key: str,
    folder: Path,
) -> None:
    """Write a picture of each page in each scheme and width. The key is that of a curator."""
    for scheme, width in product(SCHEMES, WIDTHS):
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme=scheme,
        )
        page = context.new_page()
        page.goto(f"{address}/curate")
        page.screenshot(path=folder / f"curate-sign-in-{scheme}-{width}.png", full_page=True)
        page.get_by_label("Your key").fill(key)
        page.get_by_role("button", name="Sign in").click()
        for name, path in (PAGES | CURATE_PAGES).items():
            page.goto(f"{address}{path}", wait_until="networkidle")
            page.screenshot(path=folder / f"{name}-{scheme}-{width}.png", full_page=True)
        context.close()


def main() -> None:
    """Write the pictures to the folder that the command names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("No Chromium here: apt-get install -y --no-install-recommends chromium")
    with serve_seed() as (address, key), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox"],
        )
        take_pictures(browser, address, key, folder)
        browser.close()
    count = len(list(folder.glob("*.png")))
    print(f"{count} pictures are in {folder}.")


if __name__ == "__main__":
    main()
