"""Five questions of a new user, answered by what pages show, over the seed and one change.

Each walk begins at the home page and follows what can be seen: on a wide screen with a mouse, on a
narrow one by touch, and with the keyboard alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.helpers.bases import SqliteBases
from tests.helpers.browsing import Visit, needs_chromium, open_browser
from tests.helpers.servers import serving

pytestmark = [needs_chromium, pytest.mark.accept]
ITEM = "cybersecurity-collaboration-2025-2027"
INITIATIVE = (
    "Promoting technology transfer initiatives focused on cybersecurity and surveillance"
    " systems."
)
REASON = "Both are about cybersecurity"
TITLE = "Cybersecurity Collaboration"
RECOMMENDED = [
    "Enhanced tactical readiness",
    "Faster response times",
    "Improved threat detection",
    "Establishing regular high-level consultations to align regional security objectives.",
    "Expanding joint training programs with Jordanian defense forces to enhance"
    " interoperability.",
    "Facilitating cultural exchange and educational programs to bolster mutual understanding.",
    INITIATIVE,
    TITLE,
    "Intelligence Sharing",
    "Joint Training Exercises",
]
# More steps than any page here has places for the focus.
MAX_TABS = 150
# What presses an input; Enter presses everything else.
KEYS = {"checkbox": "Space", "number": None}
# Where the focus is, whether it is in sight, and whether something else is drawn over it.
FOCUS = """() => {
  const element = document.activeElement;
  const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
  const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const style = getComputedStyle(element);
  return {
    name: element.outerHTML.slice(0, 120),
    isPlace: element !== document.body,
    isOutlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    isInSight: at !== null && (element.contains(at) || at.contains(element)),
  };
}"""


def press_by_mouse(target: Locator) -> None:
    target.click()


def press_by_touch(target: Locator) -> None:
    target.tap()


def press_by_keyboard(target: Locator) -> None:
    """Tab to the target, in sight at each step, and press it."""
    page = target.page
    visited: list[str] = []
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["isPlace"], f"{target} has no place among {visited}"
        assert focus["isOutlined"], focus["name"]
        assert focus["isInSight"], focus["name"]
        visited.append(focus["name"])
        if target.evaluate("element => element === document.activeElement"):
            break
    key = KEYS.get(target.get_attribute("type") or "", "Enter")
    if key is not None:
        page.keyboard.press(key)


@dataclass(frozen=True)
class Way:
    """How a user looks and presses."""

    width: int
    has_touch: bool
    press: Callable[[Locator], None]


WAYS = {
    "mouse": Way(1_280, False, press_by_mouse),
    "touch": Way(390, True, press_by_touch),
    "keyboard": Way(1_280, False, press_by_keyboard),
}


@dataclass(frozen=True)
class Walk:
    """One user on the pages."""

    page: Page
    way: Way

    def follow(self, name: str) -> None:
        """Press the first link of this name, and wait for where it leads."""
        self.load(self.page.get_by_role("link", name=name, exact=True).first)

    def load(self, target: Locator) -> None:
        """Press what leads to another page."""
        with self.page.expect_navigation():
            self.way.press(target)
        self.page.wait_for_load_state("networkidle")

    def see(self, selector: str) -> list[str]:
        """The texts at the selector that can be seen, in the order of the page."""
        places = self.page.locator("main").locator(selector).filter(visible=True)
        return [" ".join(text.split()) for text in places.all_inner_texts()]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def address(plain_bases: SqliteBases) -> Iterator[str]:
    """The address of a server over the seed and one change, made through the API."""
    with serving(plain_bases.make("seeded"), scope="write") as client:
        path = f"/v1/timeline-items/{ITEM}"
        derived = client.get(path).json()["derived"] | {"initiative_slug": REASON}
        changed = client.patch(
            path,
            json={"initiative_slug": "promote-technology-transfer", "derived": derived},
            headers={"If-Match": "*", "Content-Type": "application/merge-patch+json"},
        )
        assert changed.headers["Communique-Revision"] == "2"
        yield str(client.base_url)


@pytest.fixture(params=WAYS)
def walk(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Walk]:
    """A user at the home page. Nothing goes wrong, and no other server is asked."""
    way = WAYS[request.param]
    context = browser.new_context(
        viewport={"width": way.width, "height": 844}, has_touch=way.has_touch
    )
    context.route(
        lambda url: not url.startswith(address),
        lambda route: route.abort("internetdisconnected"),
    )
    visit = Visit(context, address)
    yield Walk(visit.read("/"), way)
    context.close()
    assert not visit.problems


def test_what_is_only_recommended(walk: Walk) -> None:
    walk.follow("what is only recommended")
    assert "10 claims" in walk.see(".bar strong")
    assert walk.see(".claim h2") == RECOMMENDED
    assert walk.see(".claim .sure") == ["Recommended"] * 10


def test_what_may_happen_in_2026_and_what_certainly(walk: Walk) -> None:
    walk.follow("what may happen in 2026")
    assert walk.see(".active li") == ["Remove the filter During: 2026 ×"]
    assert walk.see(".picture tbody th > a") == [
        "Intelligence Sharing",
        TITLE,
        "Joint Training Exercises",
    ]
    assert walk.see(".picture .phrase")[1:] == [
        "Starts some day from October to December 2025; ends some day in 2027.",
        "Starts some day in 2026; goes on, with no end named.",
    ]
    walk.way.press(walk.page.get_by_label("only what the dates make certain"))
    walk.load(walk.page.get_by_role("button", name="Show"))
    assert walk.see(".picture tbody th > a") == [TITLE, "Joint Training Exercises"]
    # What is certain of a recommendation are its dates, and the page says so.
    assert walk.see(".picture .sure") == ["Recommended"] * 2
    assert any("what is recommended may never be done" in text for text in walk.see("p"))


def test_which_words_say_that_it_is_recommended(walk: Walk) -> None:
    walk.follow(TITLE)
    assert walk.see("h1") == [TITLE]
    (entry,) = [text for text in walk.see(".entry") if text.startswith("How sure")]
    assert entry.startswith("How sure Recommended")
    assert (
        "it is recommended that NATO considers the following strategic initiatives" in entry
    )


def test_words_lead_to_their_place_in_the_document(walk: Walk) -> None:
    walk.follow(TITLE)
    how_sure = walk.page.locator(".entry", has=walk.page.get_by_text("How sure", exact=True))
    walk.load(how_sure.get_by_role("link", name=re.compile("Read the quote in")))
    box = walk.page.locator("#q").bounding_box()
    assert "it is recommended that NATO considers" in walk.page.locator("#q").inner_text()
    assert box is not None
    assert 0 <= box["y"] <= 844


def test_what_the_document_does_not_say_about_it(walk: Walk) -> None:
    walk.follow(TITLE)
    assert walk.see(".silent") == ["The document does not say: how often it happens."]


def test_what_changed_since_revision_1(walk: Walk) -> None:
    walk.follow("What changed")
    assert [text.split()[1] for text in walk.see(".log li")] == ["2", "1"]
    walk.follow("Revision 2")
    walk.follow(TITLE)
    changes = walk.see(".changes tbody tr")
    assert len(changes) == 1
    assert re.fullmatch(
        rf"Initiative .*not said .*{INITIATIVE} Derived\. {REASON}", changes[0]
    )


def test_what_changed_since_revision_1_is_one_list(walk: Walk) -> None:
    walk.follow("What changed")
    walk.follow("Revision 1")
    walk.follow("What changed since")
    assert len(walk.see(".log li")) == 1
    walk.follow(TITLE)
    assert len(walk.see(".changes tbody tr")) == 1


def test_record_as_it_was_is_one_step_from_what_changed(walk: Walk) -> None:
    walk.follow(TITLE)
    walk.way.press(walk.page.get_by_label("See this page as of revision"))
    walk.page.keyboard.press("ControlOrMeta+a")
    walk.page.keyboard.type("1")
    walk.load(walk.page.get_by_role("button", name="Look back"))
    assert walk.see(".silent") == [
        "The document does not say: which initiative it belongs to, how often it happens."
    ]
