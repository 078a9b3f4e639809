"""Sections of citations: which heading lines are above a quote, where lines repeat and where the
quote stands on a heading itself."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bundles.check import check_bundle
from app.rules.relations import ExistingRecords, StoredQuote, find_base_problems
from app.schemas.write import Citation
from app.text.cited_text import CitedText
from app.text.quotes import digest, find_mistakes
from app.text.relocation import relocate
from app.text.sections import Sections
from tests.helpers import fictional
from tests.helpers.bases import filled
from tests.helpers.examples import examples
from tests.helpers.paths import DRAFTING
from tests.helpers.servers import serving

TITLE = "Plan of the harbour"
TEXT = """\
Plan of the harbour
The harbour is old.
Chapter one
Goals
The harbour is deepened.
Training
Pilots learn.
Timeline
By 2031 ships call.
Chapter two
Goals
The town grows.
Training
Timeline
By 2032 trade grows.
3. Annex
Tables follow.
"""


def cite(exact: str, *section: str, text: str = TEXT) -> Citation:
    """A citation of the only place of these words."""
    start = text.index(exact)
    assert text.count(exact) == 1
    end = start + len(exact)
    return Citation.model_validate(
        fictional.citation(
            "plan",
            exact,
            "title",
            section=list(section),
            start=start,
            end=end,
            prefix=text[max(0, start - 8) : start],
            suffix=text[end : end + 8],
        )
    )


def cite_line(number: int, *section: str, text: str = TEXT) -> Citation:
    """A citation of a whole line, the first being 0."""
    lines = text.splitlines(keepends=True)
    start = len("".join(lines[:number]))
    exact = lines[number].rstrip("\n")
    end = start + len(exact)
    return Citation.model_validate(
        fictional.citation(
            "plan",
            exact,
            "title",
            section=list(section),
            start=start,
            end=end,
            prefix=text[max(0, start - 8) : start],
            suffix=text[end : end + 8],
        )
    )


ONE, TWO = "Chapter one", "Chapter two"
# Citations whose sections are right.
RIGHT = [
    cite("harbour is old", TITLE),
    cite("is deepened", TITLE, ONE, "Goals"),
    cite("Pilots learn", TITLE, ONE, "Training"),
    cite("By 2031", TITLE, ONE, "Timeline"),
    cite("town grows", TITLE, TWO, "Goals"),
    cite("By 2032", TITLE, TWO, "Timeline"),
    cite("Tables follow", TITLE, "3. Annex"),
]


def mistakes(quote: Citation, *others: Citation, text: str = TEXT) -> list[str]:
    quotes = [*others, quote]
    sections = Sections(CitedText(text), TITLE, quotes)
    return [detail for _, detail in find_mistakes(quote, sections)]


@pytest.mark.parametrize(
    "quote",
    [
        *RIGHT,
        cite_line(2, TITLE),  # the first heading below the title
        cite_line(3, TITLE, ONE),
        cite_line(5, TITLE, ONE),  # beside "Goals"
        cite_line(7, TITLE, ONE),  # beside "Training"
        cite_line(9, TITLE),  # after chapter one and all of its headings
        cite_line(10, TITLE, TWO),
        cite_line(12, TITLE, TWO),  # a heading without a text
        cite_line(13, TITLE, TWO),
        cite_line(15, TITLE),
        cite("Annex", TITLE),  # without the number of the heading
        cite("Chapter two\nGoals\nThe town", TITLE),  # begins on a heading
        cite("ships call.\nChapter two\nGoals\nThe", TITLE, ONE, "Timeline"),  # spans one
        cite_line(0),  # the title, in the first line
    ],
    ids=lambda quote: f"{quote.start} {quote.exact!r}",
)
def test_quote_is_under_the_headings_above_it(quote: Citation) -> None:
    assert mistakes(quote, *RIGHT) == []


@pytest.mark.parametrize(
    ("quote", "detail"),
    [
        (
            cite("By 2032", TITLE, ONE, "Timeline"),
            "The nearest 'Timeline' above the quote stands under 'Chapter two': name that "
            "heading.",
        ),
        (
            cite("By 2032", TITLE, TWO, "Goals"),
            "The nearest heading above the quote is 'Timeline'; it names 'Goals'.",
        ),
        (
            cite("By 2032", TITLE, TWO),
            "The nearest heading above the quote is 'Timeline'; it names 'Chapter two'.",
        ),
        (
            cite("By 2031", TITLE, TWO, "Timeline"),
            "'Chapter two' is not a whole line above the quote, in this order.",
        ),
        # A heading is above its own line no more than below it.
        (
            cite_line(9, TITLE, TWO),
            "'Chapter two' is not a whole line above the quote, in this order.",
        ),
        (
            cite_line(9, TITLE, ONE, "Goals"),
            "The nearest heading above the quote is 'Timeline'; it names 'Goals'.",
        ),
        # The text of chapter two is not in chapter one, and nor is its heading.
        (
            cite_line(9, TITLE, ONE),
            "The nearest heading above the quote is 'Timeline'; it names 'Chapter one'.",
        ),
        # A title is above every heading but itself.
        (cite_line(9), "The nearest heading above the quote is 'Timeline'; it names none."),
        # A sentence is no heading, although it is a whole line.
        (
            cite_line(11, TITLE),
            "The nearest heading above the quote is 'Goals'; it names 'Plan of the harbour'.",
        ),
    ],
)
def test_wrong_section_is_refused_with_the_line_that_is_meant(
    quote: Citation, detail: str
) -> None:
    assert mistakes(quote, *RIGHT) == [detail]


def test_heading_that_is_also_an_item_elsewhere_is_one_where_a_quote_means_it() -> None:
    text = TEXT.replace("The town grows.", "Training\nTrade\nThe town grows.")
    assert text.count("\nTraining\n") == 3
    in_place = [cite(quote.exact, *quote.section, text=text) for quote in RIGHT]
    assert [mistakes(quote, *in_place, text=text) for quote in in_place] == [[]] * 7
    # Another citation means the item, so that it is a heading too.
    meant = cite("Trade\n", TITLE, TWO, "Training", text=text)
    town = cite("town grows", TITLE, TWO, "Goals", text=text)
    assert mistakes(town, *in_place, meant, text=text) == [
        "The nearest heading above the quote is 'Training'; it names 'Goals'."
    ]


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        ("## Quays", True),
        ("**Quays**", True),
        ("2.1 Quays", True),
        ("Quays", True),
        ("Quays are built.", False),
        ("- Quays and sheds", False),
        ("Quays of the harbour", False),
    ],
)
def test_quote_in_a_line_that_no_citation_names_as_a_heading(
    line: str, is_heading: bool
) -> None:
    text = TEXT.replace("3. Annex", f"{line}\n3. Annex")
    in_place = [cite(quote.exact, *quote.section, text=text) for quote in RIGHT]
    found_mistakes = mistakes(cite("Quays", TITLE, text=text), *in_place, text=text)
    assert (found_mistakes == []) == is_heading


def test_headings_of_a_text_without_a_title_line_are_under_none() -> None:
    text = TEXT.partition("\n")[2].replace("The harbour is old.\n", "")
    quotes = [
        cite_line(0, text=text),
        cite("is deepened", ONE, "Goals", text=text),
        cite_line(7, text=text),
        cite("By 2032", TWO, "Timeline", text=text),
    ]
    assert (quotes[0].exact, quotes[2].exact) == (ONE, TWO)
    assert [mistakes(quote, *quotes, text=text) for quote in quotes] == [[]] * 4
    # The other chapter is no heading above this one.
    assert mistakes(cite_line(7, ONE, text=text), *quotes, text=text) == [
        "The nearest heading above the quote is 'Goals'; it names 'Chapter one'."
    ]


def test_title_that_stands_on_every_page_ends_no_section() -> None:
    text = TEXT.replace("By 2032", f"{TITLE}\nBy 2032")
    in_place = [cite(quote.exact, *quote.section, text=text) for quote in RIGHT]
    assert [mistakes(quote, *in_place, text=text) for quote in in_place] == [[]] * 7


def harbour(*quotes: Citation, text: str = TEXT, **document: object) -> fictional.Json:
    fields = {"title": TITLE, "sha256": digest(text), **document}
    initiatives = []
    for number, quote in enumerate(quotes):
        citation = quote.model_dump(mode="json")
        initiatives.append(
            fictional.record(
                "initiative", f"claim-{number}", title=quote.exact, citations=[citation]
            )
        )
    documents = [fictional.record("document", "plan", **fields)]
    return fictional.base(documents=documents, initiatives=initiatives)


QUOTED = [*RIGHT, cite_line(9, TITLE), cite_line(7, TITLE, ONE), cite_line(12, TITLE, TWO)]


def test_bundle_is_checked_against_the_file(tmp_path: Path) -> None:
    bundle = fictional.write(tmp_path / "bundle.json", harbour(*QUOTED))
    text = tmp_path / "plan.txt"
    text.write_bytes(TEXT.encode())
    checked = check_bundle(bundle, [text])
    assert (checked.problems, checked.verified) == ([], len(QUOTED))
    wrong = cite("By 2032", TITLE, ONE, "Timeline")
    bundle = fictional.write(tmp_path / "wrong.json", harbour(*QUOTED, wrong))
    (problem,) = check_bundle(bundle, [text]).problems
    number = len(QUOTED)
    assert problem.pointer == f"/initiatives/{number}/citations/0/section"


def test_text_in_which_headings_move_is_cited_anew(empty_url: str) -> None:
    """By the change list of a verification, on both engines."""
    moved = TEXT.replace("Goals\n", "Goals\nWhat we want.\n")
    # To the heading of the same words in another chapter.
    moved = moved.replace("By 2032 trade grows.\n", "")
    moved = moved.replace("ships call.\n", "ships call.\nBy 2032 trade grows.\n")
    url = filled(empty_url, harbour(*QUOTED, text=TEXT))
    with serving(url, scope="write") as client:
        headers = {"Content-Type": "text/plain"}
        path = "/v1/documents/plan/verify"
        same = client.post(path, content=TEXT.encode(), headers=headers).json()
        assert same["counts"] == {"match": len(QUOTED), "moved": 0, "missing": 0}
        verification = client.post(path, content=moved.encode(), headers=headers).json()
        changed = client.post("/v1/changesets", json=verification["changeset"])
        assert changed.status_code == 201, changed.text
        again = client.post(path, content=moved.encode(), headers=headers).json()
        assert again["counts"] == {"match": len(QUOTED), "moved": 0, "missing": 0}
        sections = {}
        for item in client.get("/v1/search?type=initiative").json()["items"]:
            sections[item["exact"]] = item["section"]
    assert sections["By 2032"] == [TITLE, ONE, "Timeline"]
    assert sections["Chapter two"] == [TITLE]
    assert sections["town grows"] == [TITLE, TWO, "Goals"]


def test_heading_that_a_moved_quote_means_is_one_for_every_quote(empty_url: str) -> None:
    text = f"{TITLE}\nGoals\nTrade\nOne.\nQuays\nTwo.\nGoals\nThree.\nQuays\nFour.\n"
    quotes = [
        cite("One.", "Goals", "Trade", text=text),
        cite("Two.", "Goals", "Trade", "Quays", text=text),
        cite("Three.", "Goals", text=text),
        cite("Four.", TITLE, "Quays", text=text),
    ]
    # "Goals" stands twice, and the second one is a heading because of "Three."
    moved = f"{TITLE}\nGoals\nTrade\nOne.\nTrade\nQuays\nTwo.\nGoals\nThree.\nFour.\n"
    with serving(filled(empty_url, harbour(*quotes, text=text)), scope="write") as client:
        headers = {"Content-Type": "text/plain"}
        path = "/v1/documents/plan/verify"
        verification = client.post(path, content=moved.encode(), headers=headers).json()
        changed = client.post("/v1/changesets", json=verification["changeset"])
        assert changed.status_code == 201, changed.text
        again = client.post(path, content=moved.encode(), headers=headers).json()
        assert again["counts"] == {"match": 4, "moved": 0, "missing": 0}
        (four,) = client.get("/v1/initiatives/claim-3").json()["citations"]
        assert four["section"] == ["Goals"]


# --- Any text with headings ---

NAMES = st.sampled_from(["Goals", "Timeline", "Training"])
CHAPTERS = st.lists(st.lists(NAMES, max_size=3, unique=True), min_size=1, max_size=4)


def write_chapters(chapters: list[list[str]]) -> tuple[str, list[Citation]]:
    """A text of chapters with headings in each, and a citation of every line of it."""
    lines: list[tuple[str, list[str]]] = [(TITLE, []), ("Sentence 0.", [TITLE])]
    for number, names in enumerate(chapters):
        chapter = f"Chapter {number}"
        lines.append((chapter, [TITLE]))
        for name in names:
            lines.append((name, [TITLE, chapter]))
            lines.append((f"Sentence {len(lines)}.", [TITLE, chapter, name]))
    text = "".join(f"{line}\n" for line, _ in lines)
    quotes = []
    for number, (_, section) in enumerate(lines):
        quotes.append(cite_line(number, *section, text=text))
    return text, quotes


@examples(200)
@given(CHAPTERS)
def test_every_line_of_a_text_can_be_cited(chapters: list[list[str]]) -> None:
    text, quotes = write_chapters(chapters)
    sections = Sections(CitedText(text), TITLE, quotes)
    for quote in quotes:
        assert list(find_mistakes(quote, sections)) == []


@examples(200)
@given(CHAPTERS, st.data())
def test_lines_that_are_put_in_leave_the_sections_as_they_are(
    chapters: list[list[str]], data: st.DataObject
) -> None:
    text, quotes = write_chapters(chapters)
    lines = text.splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines)))
    changed = "".join([*lines[:place], "A line more.\n", *lines[place:]])
    sections = Sections(CitedText(changed), TITLE, quotes)
    moved = []
    # Lines that stand several times may be found in another chapter.
    for quote in quotes:
        selectors = relocate(quote, sections)
        assert selectors is not None
        if text.count(quote.exact) == 1:
            assert selectors["section"] == list(quote.section)
            moved.append(Citation.model_validate(quote.model_dump() | selectors))
    sections = Sections(CitedText(changed), TITLE, moved)
    for quote in moved:
        assert list(find_mistakes(quote, sections)) == []


# --- Real documents ---

GOLD = DRAFTING.parent / "gold"
HEADING = re.compile(r"(#{1,6})\s+(.*\S)")


def read_headings(text: str) -> list[tuple[int, int, int, str]]:
    """Start, end, level and words of each heading of Markdown, in order."""
    headings = []
    for match in re.finditer(rf"^{HEADING.pattern}", text, re.MULTILINE):
        headings.append((match.start(2), match.end(), len(match[1]), match[2]))
    return headings


def cite_gold(text: str, exacts: list[str]) -> Iterator[Citation]:
    """Citations of these passages and of every heading, each under the headings above it as
    Markdown nests them."""
    headings = read_headings(text)
    spans = [(start, end) for start, end, _, _ in headings]
    for exact in exacts:
        match = re.search(r"\s+".join(map(re.escape, exact.split())), text)
        if match is not None:
            spans.append(match.span())
    for start, end in spans:
        section: list[tuple[int, str]] = []
        for heading_start, heading_end, level, words in headings:
            if heading_start > start:
                break
            section = [outer for outer in section if outer[0] < level]
            # A quote on a heading line is not below it.
            if heading_end <= start:
                section.append((level, words))
        names = [words for _, words in section]
        yield Citation.model_validate(
            fictional.citation(
                "plan",
                text[start:end],
                "title",
                section=names,
                start=start,
                end=end,
                prefix=text[max(0, start - 16) : start],
                suffix=text[end : end + 16],
            )
        )


@pytest.mark.skipif(not GOLD.exists(), reason="the documents are not in the repository")
@pytest.mark.parametrize(
    "name",
    [
        "fr-plan-logiciels-libres",
        "us-bod-18-02",
        "us-fds-2021-agency-actions",
        "us-nap4-cocreation",
    ],
)
def test_every_quote_of_a_real_document_is_under_its_headings(name: str) -> None:
    rows = json.loads((GOLD / f"{name}.json").read_text(encoding="utf-8"))["rows"]
    text = (DRAFTING / f"{name}.md").read_bytes().decode()
    quotes = list(cite_gold(text, [row["exact"] for row in rows]))
    assert len(quotes) > 20
    sections = Sections(CitedText(text), "", quotes)
    assert [problem for quote in quotes for problem in find_mistakes(quote, sections)] == []


def test_line_that_is_no_heading_any_more_changes_other_sections() -> None:
    """The quote of a whole line that ends in a full stop stands as a heading only while another
    citation names the line as one."""
    text = "Plan\nPart one\nIt begins.\nA line of the plan.\nIt goes on.\n"
    line = "A line of the plan."
    kept = [
        cite("It begins", "Plan", "Part one", text=text),
        cite_line(3, "Plan", text=text),
    ]
    existing = ExistingRecords(texts={"plan": text}, titles={"plan": "Plan"})
    for quote in kept:
        existing.quotes["plan"].append(StoredQuote("initiative", "kept", quote))
    existing.replaced["plan"].append(cite("goes on", "Plan", line, text=text))
    for section, is_right in ((("Plan", line), True), (("Plan", "Part one"), False)):
        quote = cite("It goes on", *section, text=text)
        change = fictional.update("initiative", "moved", citations=[quote.model_dump()])
        problems = [item.detail for item in find_base_problems([change], existing)]
        wrong = [detail for detail in problems if "would cite" in detail]
        assert (wrong == []) == is_right, problems
