"""Pictures of every page over the seed, for a person to look at: light and dark, wide and narrow,
in the colours of the system, and in print.

    python -m tools.screenshots FOLDER [LOOK ...]

Needs Chromium: `apt-get install -y --no-install-recommends chromium`."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

WIDTHS = (1280, 390, 320)
# A4 within its margins, in CSS pixels.
PRINTED_WIDTHS = (718,)
HEIGHT = 900
# What the browser tells the page of each look.
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active", "reduced_motion": "reduce"},
    "print": {"color_scheme": "dark", "media": "print"},
}
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
    "changed-records": "/changes?since=0",
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
# Of a draft that a curator has made; the first is its review.
DRAFT_PAGES = {
    "draft": "",
    "draft-many": "/groups",
    "draft-decided": "/decided",
    "draft-missed": "/missed",
    "draft-left-out": "/coverage",
    "draft-records": "/records",
    "draft-edit": "/proposals/5/edit",
    "draft-publish": "/publish",
    "draft-delete": "/delete",
}
PLAN = """# Plan for the harbours of Ruritania

The Office of Harbours of Ruritania presents its plan for the coming years.

## Recommendations

In the last decade the harbours lost half of their trade. The office recommends that the ministry:

- Repair the quays of Strelsau by 2033
- Train pilots for the river
- Publish the tides every month

## Measures

| Focus area | Initiative | Expected outcome | Time |
| --- | --- | --- | --- |
| Pilotage | Open a school for pilots | More pilots on the river | Immediate |
| Lighthouses | Rebuild the lighthouse of Zenda | Fewer wrecks | 2031 – 2034 |

The ministry will not close the old harbour. It will open a new ferry by 2035.
"""
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
    looks: Sequence[str],
) -> None:
    """Write a picture of each page in each look and width. The key is that of a curator."""
    for look, width in list_looks(looks):
        context = browser.new_context(viewport={"width": width, "height": HEIGHT})
        page = context.new_page()
        page.goto(f"{address}/curate")
        take_picture(page, look, folder / f"curate-sign-in-{look}-{width}.png")
        page.get_by_label("Your key").fill(key)
        page.get_by_role("button", name="Sign in").click()
        for name, path in (PAGES | CURATE_PAGES).items():
            page.goto(f"{address}{path}", wait_until="networkidle")
            take_picture(page, look, folder / f"{name}-{look}-{width}.png")
        for name, address_of_page in list_draft_pages(page, address):
            page.goto(address_of_page, wait_until="networkidle")
            take_picture(page, look, folder / f"{name}-{look}-{width}.png")
        context.close()


def take_picture(page: Page, look: str, file: Path) -> None:
    """Write a picture of the page as it is now. It goes on in the light scheme on a screen, because
    what is pressed may not be in print."""
    page.emulate_media(**LOOKS[look])
    page.screenshot(path=file, full_page=True)
    page.emulate_media(media="screen")


def list_looks(looks: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Each look in each of its widths."""
    for look in looks:
        widths = PRINTED_WIDTHS if look == "print" else WIDTHS
        yield from product([look], widths)


def list_draft_pages(page: Page, address: str) -> Iterator[tuple[str, str]]:
    """The pages of drafts, by the name of the file. The same text is the same draft, which has one
    decision more each time."""
    yield "drafts", f"{address}/curate/drafts"
    yield "draft-new", f"{address}/curate/drafts/new"
    page.get_by_label("Or its text").fill(PLAN)
    page.get_by_label("The pasted text is Markdown").check()
    page.get_by_label("Office that it is about").fill("Office of Harbours")
    page.get_by_role("button", name="Read and draft").click()
    page.wait_for_selector("#review")
    draft = page.url.partition("?")[0]
    page.get_by_role("button", name="Accept").click()
    page.wait_for_selector(".notice")
    for name, place in DRAFT_PAGES.items():
        yield name, f"{draft}{place}"


def main() -> None:
    """Write the pictures to the folder that the command names."""
    folder = Path(sys.argv[1])
    looks = sys.argv[2:] or list(LOOKS)
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("No Chromium here: apt-get install -y --no-install-recommends chromium")
    with serve_seed() as (address, key), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox"],
        )
        take_pictures(browser, address, key, folder, looks)
        browser.close()
    count = len(list(folder.glob("*.png")))
    print(f"{count} pictures are in {folder}.")


if __name__ == "__main__":
    main()
