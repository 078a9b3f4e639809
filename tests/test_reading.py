"""What is read from files of each format: text, blocks and outline."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.blocks import (
    Block,
    BlockKind,
    Reason,
    covering,
    find_column_heads,
    find_rows,
    outline,
)
from app.reading.formats import FileFormat
from app.reading.transfer import Document, parse_document, write_document
from app.reading.words import continues, follows
from app.text.cited_text import CitedText
from app.text.headings import read_heading
from app.text.sections import Sections
from tests.helpers.files import (
    PdfPage,
    make_pdf,
    make_word,
    word_paragraph,
    word_table,
)
from tests.helpers.reading import FILES, assert_sound, cells, read, words

TXT, MARKDOWN, HTML, WORD, PDF = FileFormat
SHARED = Path(__file__).parent.parent.parent / "shared" / "drafting"
PLAN = (FILES / "plan.md").read_bytes()
PAGE = (FILES / "page.html").read_bytes()
MINUTES = (FILES / "wrapped.txt").read_bytes()
PARAGRAPH = BlockKind.PARAGRAPH


def test_made_text_has_a_line_for_each_block() -> None:
    document = read(PLAN, MARKDOWN)
    assert document.text.splitlines()[3:16] == [
        "Plan for the river quarter",
        "The council adopted this plan in May. It has two parts.",
        "Measures",
        "It is recommended that the council:",
        "1. open a repair hall by 2027",
        "  - with a store for tools",
        "  - with a room for courses",
        "2. plant 200 trees",
        "  a. along the quay",
        "  b. in the park",
        "The bridge stays closed.",
        "Action | Timeline |",
        "M1 Build the depot | 2026 |",
    ]


def test_plain_text_is_not_changed() -> None:
    text = "Goals \r\n\r\n-  “half”\u00a0done\r\n\tCafe\u0301\r\n"
    assert read(text, TXT).text == text


def test_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read(b"\xef\xbb\xbfGoals", TXT).text == "Goals"


def test_no_character_is_normalized() -> None:
    source = "Cafe\u0301 – “half”\u00a0done, 5\u00a0% of the ﬁnal m²"
    assert read(source, MARKDOWN).text == source + "\n"


def test_page_states_language_and_title() -> None:
    document = read(PAGE, HTML)
    assert (document.language, document.title) == ("de-AT", "Maßnahmen – Musterstadt")


def test_front_matter_states_language_and_title() -> None:
    document = read(PLAN, MARKDOWN)
    assert (document.language, document.title) == ("en", "Plan for the river quarter")


def test_items_have_depth_list_and_marker() -> None:
    items = [block for block in read(PLAN, MARKDOWN).blocks if block.kind == BlockKind.ITEM]
    places = [(item.level, item.list_number, item.marker) for item in items]
    first, inner, letters, terms = places[0][1], places[1][1], places[4][1], places[6][1]
    assert places == [
        (0, first, "1."),
        (1, inner, "-"),
        (1, inner, "-"),
        (0, first, "2."),
        (1, letters, "a."),
        (1, letters, "b."),
        (0, terms, "-"),
    ]
    assert len({first, inner, letters, terms}) == 4


@pytest.mark.parametrize(
    ("source", "file_format", "reason", "left_out"),
    [
        (PLAN, MARKDOWN, Reason.FRONT_MATTER, "lang: en"),
        (PLAN, MARKDOWN, Reason.FOOTNOTE, "Minutes of 4 May. ↩︎"),
        (PAGE, HTML, Reason.NAVIGATION, "Start"),
        (PAGE, HTML, Reason.CONTENTS, "Zwei"),
        (PAGE, HTML, Reason.FOOTNOTE, "Beschluss vom 3. Mai."),
        (PAGE, HTML, Reason.PAGE_FURNITURE, "Impressum"),
        (MINUTES, TXT, Reason.CONTENTS, "Contents ................ 4"),
        ("```\nmake run\n```", MARKDOWN, Reason.CODE, "make run"),
        (
            "{% include note.html %}\n\nGoals",
            MARKDOWN,
            Reason.CODE,
            "{% include note.html %}",
        ),
        (
            "<p><a href=#a>A 2</a><p><a href=#b>B 3</a><p><a href=#c>C 4</a>",
            HTML,
            Reason.CONTENTS,
            "B 3",
        ),
        ("A | B\n---|---\nc | d", TXT, Reason.RULE, "---|---"),
    ],
)
def test_what_is_left_out_has_a_reason(
    source: bytes | str,
    file_format: FileFormat,
    reason: Reason,
    left_out: str,
) -> None:
    document = read(source, file_format)
    assert (reason, left_out) in [
        (block.reason, document.text[block.start : block.end]) for block in document.blocks
    ]


def test_what_a_page_does_not_show_is_not_read() -> None:
    text = read(PAGE, HTML).text
    for hidden in ("Entwurf", "color", "¶"):
        assert hidden not in text


def test_marks_of_footnotes_are_no_words() -> None:
    assert "klimaneutral\u00a0sein." in read(PAGE, HTML).text
    assert "in May. It has" in read(PLAN, MARKDOWN).text
    source = "Sites<a name='s1'></a> comply [[1]](#footnote-1) by law and m<sup>2</sup>."
    assert read(source, MARKDOWN).text == "Sites comply by law and m2.\n"


def test_all_around_the_main_part_of_a_page_is_navigation() -> None:
    page = "<div><h1>Town</h1></div><div><main><h1>Plan</h1></main><p>Share</p></div>"
    document = read(page, HTML)
    assert words(document, BlockKind.HEADING) == ["Plan"]
    assert words(document, BlockKind.LEFT_OUT) == ["Town", "Share"]


# Hard inputs.


def test_head_of_two_rows_names_columns_together() -> None:
    document = read(PAGE, HTML)
    rows = find_rows(document.blocks, 0)
    assert [row.is_head for row in rows] == [True, True, False, False, False]
    names = []
    for heads in find_column_heads(rows):
        names.append([document.text[head.start : head.end] for head in heads])
    assert names == [["Maßnahme"], ["Zeitraum", "Beginn"], ["Zeitraum", "Ende"]]


def test_row_below_a_head_that_reaches_down_is_head() -> None:
    document = read(
        "<table><tr><th rowspan=2>Action<th colspan=2>Time<tr><td>Start<td>End"
        "<tr><td>Build<td>2026<td>2027</table>",
        HTML,
    )
    assert [row.is_head for row in document.blocks] == [True, True, False]


def test_band_and_empty_cell_are_known() -> None:
    document = read(PAGE, HTML)
    rows = find_rows(document.blocks, 0)
    assert [row.is_band for row in rows] == [False, False, True, False, False]
    empty = covering(rows, 4, 0)
    assert empty is not None
    assert empty.is_empty


def test_covering_finds_the_cell_that_spans_a_place() -> None:
    rows = find_rows(read(PAGE, HTML).blocks, 0)
    assert covering(rows, 1, 0) == rows[0].cells[0]
    assert covering(rows, 0, 2) == rows[0].cells[1]
    assert covering(rows, 0, 3) is None


def test_dropped_row_shortens_the_spans_over_it() -> None:
    document = read(
        "<table><tr><td rowspan=3>A<td>b<tr><td> <tr><td>c<tr><td>D<td>e</table>", HTML
    )
    rows = find_rows(document.blocks, 0)
    assert [cells(document, row) for row in rows] == [["A", "b"], ["c"], ["D", "e"]]
    assert rows[0].cells[0].rows == 2
    assert covering(rows, 2, 0) == rows[2].cells[0]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("The bridge stays closed.\n---\n", BlockKind.PARAGRAPH),
        ("The works begin in May, end\nin June\n---\n", BlockKind.PARAGRAPH),
        ("Goals\n---\n", BlockKind.HEADING),
        ("What next?\n---\n", BlockKind.HEADING),
    ],
)
def test_sentence_above_a_rule_is_no_heading(source: str, kind: BlockKind) -> None:
    assert [block.kind for block in read(source, MARKDOWN).blocks] == [kind]


@pytest.mark.parametrize("file_format", [TXT, MARKDOWN])
def test_item_cut_in_two_is_joined_and_shows_where(file_format: FileFormat) -> None:
    source = "- Reduce waste from hotels and\nrestaurants by half\n- Publish a report\n"
    document = read(source, file_format)
    items = [block for block in document.blocks if block.kind == BlockKind.ITEM]
    joined = document.text[items[0].start : items[0].end]
    assert " ".join(joined.split()) == "Reduce waste from hotels and restaurants by half"
    assert items[0].joins == (document.text.index("and") + 3,)
    assert len(items) == 2


def test_line_after_a_stop_is_a_paragraph_of_its_own() -> None:
    document = read("- Reduce waste by half.\nThe board reports in June.\n", TXT)
    assert [block.kind for block in document.blocks] == [BlockKind.ITEM, PARAGRAPH]


@pytest.mark.parametrize(
    ("line", "following", "expected"),
    [
        ("hotels and", "restaurants", True),
        ("hotels and", "Restaurants", False),
        ("hotels.", "restaurants", False),
        ("the following:", "hotels", False),
        ("الفنادق", "المطاعم", False),
        ("", "hotels", False),
    ],
)
def test_line_goes_on(line: str, following: str, expected: bool) -> None:
    assert continues(line, following) is expected


@pytest.mark.parametrize(
    ("marker", "previous", "expected"),
    [
        ("1.", None, True),
        ("(a)", None, True),
        ("2.", None, False),
        ("2.", "1.", True),
        ("2)", "1.", False),
        ("b)", "a)", True),
        ("ii.", "i.", True),
        ("v.", "iv.", True),
        ("10.", "9.", True),
        ("12.", "10.", False),
    ],
)
def test_number_comes_after_another(
    marker: str, previous: str | None, expected: bool
) -> None:
    assert follows(marker, previous) is expected


# Plain text.


def test_hard_wrapped_paragraph_is_one_block() -> None:
    document = read(MINUTES, TXT)
    paragraph = words(document, PARAGRAPH)[0]
    assert paragraph.startswith("The chair opened")
    assert paragraph.endswith("the end of June.")


def test_numbered_line_above_text_is_a_heading() -> None:
    assert words(read(MINUTES, TXT), BlockKind.HEADING) == [
        "MINUTES OF THE HARBOUR BOARD",
        "1. Opening",
        "2. Decisions",
        "3. Costs",
    ]


def test_rows_of_plain_text_have_cells() -> None:
    document = read("Area | Time |\n---|---|\nRoads | 2026 |\n| | 2027 |\n", TXT)
    rows = find_rows(document.blocks, 0)
    assert [row.is_head for row in rows] == [True, False, False]
    assert [cells(document, row) for row in rows] == [
        ["Area", "Time"],
        ["Roads", "2026"],
        ["", "2027"],
    ]


# HTML, Markdown and Word.


def test_line_break_ends_a_paragraph_unless_the_line_goes_on() -> None:
    document = read("<p>Opening hours<br>Monday to<br>friday</p>", HTML)
    assert words(document) == ["Opening hours", "Monday to friday"]


def test_marks_of_boxes_are_no_words() -> None:
    document = read(":::tip\nSave water.\n:::\n\n::: see the map\n", MARKDOWN)
    assert document.text == "Save water.\n::: see the map\n"


def test_indented_line_of_markdown_is_no_code() -> None:
    document = read("Steps:\n\n    a. pave\n\n    b. plant\n", MARKDOWN)
    assert document.text == "Steps:\na. pave\nb. plant\n"


def test_page_in_another_encoding_is_read_as_it_states() -> None:
    page = "<meta charset=iso-8859-1><p>Straße – 5 €".encode("cp1252")
    assert read(page, HTML).text == "Straße – 5 €\n"


def test_bold_words_at_the_start_are_marked() -> None:
    document = read("**2026**\n\n**Site:** open the quay\n\nOpen **now**", MARKDOWN)
    bold = []
    for block in document.blocks:
        end = block.bold_end
        bold.append(document.text[block.start : end] if end is not None else None)
    assert bold == ["2026", "Site:", None]
    assert [block.is_bold for block in document.blocks] == [True, False, False]


def test_paragraph_of_links_alone_is_marked() -> None:
    document = read(PLAN, MARKDOWN)
    links = [block for block in document.blocks if block.is_link]
    assert [document.text[block.start : block.end] for block in links] == ["Read the minutes"]


def test_table_that_arranges_a_page_is_no_table() -> None:
    document = read("<table><tr><td><h2>Goals</h2><p>Save water.</table>", HTML)
    assert [block.kind for block in document.blocks] == [BlockKind.HEADING, PARAGRAPH]


NUMBERING = (
    '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)


def test_word_has_headings_items_and_tables() -> None:
    numbering = (
        '<w:p><w:pPr><w:pStyle w:val="ListParagraph"/><w:numPr><w:ilvl w:val="0"/>'
        '<w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>plant trees</w:t></w:r></w:p>'
    )
    document = read(
        make_word(
            word_paragraph("Plan", "Heading1")
            + word_paragraph("The town will:")
            + numbering
            + word_table([["Action", "When"], ["Build the depot", "2026"]]),
            {"word/numbering.xml": NUMBERING},
        ),
        WORD,
    )
    assert document.text == (
        "Plan\nThe town will:\n- plant trees\nAction | When |\nBuild the depot | 2026 |\n"
    )
    kinds = [block.kind for block in document.blocks]
    assert kinds == ["heading", "paragraph", "item", "row", "row"]
    assert [row.is_head for row in find_rows(document.blocks, 0)] == [True, False]


def word_table_of_style(style: str) -> bytes:
    table = word_table([["Action", "Lead"], ["Roads", "Works"]]).replace("<w:b/>", "")
    properties = (
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblLook w:firstRow="1"/></w:tblPr>'
    )
    return make_word(table.replace("<w:tbl>", f"<w:tbl>{properties}"))


@pytest.mark.parametrize(("style", "is_head"), [("GridTable4", True), ("TableGrid", False)])
def test_style_of_a_word_table_sets_its_head_apart(style: str, is_head: bool) -> None:
    document = read(word_table_of_style(style), WORD)
    assert [row.is_head for row in document.blocks] == [is_head, False]


@pytest.mark.parametrize(
    ("rows", "is_head"),
    [
        ([["Action", "When"], ["Pave", "2026"], ["Plant", "2027"]], True),
        (
            [
                ["Action", "Lead"],
                ["Pave the quay in the harbour", "Ann"],
                ["Plant trees", "Bo"],
            ],
            True,
        ),
        ([["Ann Berg", "Harbour"], ["Bo Dahl", "Roads"], ["Cy Eng", "Schools"]], False),
        ([["Pave", "2026"], ["Plant", "2027"], ["Paint", "2028"]], False),
        ([["Pave", "now"], ["Plant", ""], ["Paint", ""]], False),
        ([["Pave it.", "now"], ["Plant", "2027"], ["Paint", "2028"]], False),
    ],
)
def test_first_row_of_names_is_a_head(rows: list[list[str]], is_head: bool) -> None:
    cells_of_rows = ["".join(f"<td>{words}</td>" for words in row) for row in rows]
    table = "".join(f"<tr>{cells}</tr>" for cells in cells_of_rows)
    document = read(f"<table>{table}</table>", HTML)
    assert [row.is_head for row in document.blocks] == [is_head, False, False]


def test_written_bullets_of_word_are_items() -> None:
    document = read(make_word(word_paragraph("• one") + word_paragraph("• two")), WORD)
    assert document.text == "- one\n- two\n"
    assert [block.marker for block in document.blocks] == ["•", "•"]


# PDF.


def make_report() -> bytes:
    pages = []
    for number in (1, 2, 3):
        page = PdfPage()
        page.write(60, 40, "Harbour strategy", size=8)
        page.write(280, 810, f"Page {number} of 3", size=8)
        pages.append(page)
    first, second, third = pages
    first.write(60, 90, "Goals for the harbour", size=16, is_bold=True)
    first.write(60, 120, "The town will rebuild the northern mole and will open the imple-")
    first.write(60, 132, "mentation office in 2026. It is run by the board of the port.")
    first.write(290, 128, "1", size=5)
    first.write(72, 160, "• reduce the waste of ships and of")
    first.write(84, 172, "restaurants by half")
    first.write(72, 184, "• publish a report")
    first.write(60, 780, "1 Decision of 4 May.", size=7)
    first.write(60, 750, "The second part of the plan goes on with the measures that the")
    second.write(60, 90, "board has decided on.")
    second.write(60, 130, "Measures", is_bold=True)
    for y in (200, 220, 240):
        second.rule(60, y, 360, y)
    for x in (60, 210, 360):
        second.rule(x, 200, x, 240)
    second.write(65, 214, "Measure", is_bold=True).write(215, 214, "Time", is_bold=True)
    second.write(65, 234, "Crane").write(215, 234, "2027")
    third.write(60, 90, "The end of the strategy.")
    return make_pdf(pages)


@pytest.fixture(scope="module")
def report() -> Document:
    return read(make_report(), PDF)


def test_pdf_has_headings_items_and_tables(report: Document) -> None:
    assert words(report, BlockKind.HEADING) == ["Goals for the harbour", "Measures"]
    assert words(report, BlockKind.ITEM) == [
        "reduce the waste of ships and of restaurants by half",
        "publish a report",
    ]
    rows = find_rows(report.blocks, 0)
    assert [cells(report, row) for row in rows] == [["Measure", "Time"], ["Crane", "2027"]]
    assert [row.is_head for row in rows] == [True, False]


def test_paragraph_goes_on_on_the_next_page(report: Document) -> None:
    assert (
        "The second part of the plan goes on with the measures that the board has decided on."
        in words(report, PARAGRAPH)
    )


def test_word_broken_in_a_pdf_keeps_its_hyphen_and_is_counted(report: Document) -> None:
    assert "open the imple-mentation office" in words(report, PARAGRAPH)[0]
    assert report.warnings == ("Words broken at the end of a line keep their hyphen: 1.",)


def test_furniture_and_footnotes_of_a_pdf_are_left_out(report: Document) -> None:
    left_out = [(block.page, block.reason) for block in report.blocks if block.reason]
    furniture = Reason.PAGE_FURNITURE
    assert left_out == [
        (1, furniture),
        (1, furniture),
        (1, Reason.FOOTNOTE),
        (2, furniture),
        (2, furniture),
        (3, furniture),
        (3, furniture),
    ]
    assert "office in 2026. It is run" in report.text


@pytest.mark.parametrize("number", ["4", "- 4 -", "Page 4 of 9", "Seite 4"])
def test_page_number_of_a_single_page_is_left_out(number: str) -> None:
    page = PdfPage().write(60, 60, "The town paves the quay.").write(280, 810, number)
    document = read(make_pdf([page]), PDF)
    assert words(document, BlockKind.LEFT_OUT) == [number]
    assert words(document, PARAGRAPH) == ["The town paves the quay."]


def test_two_columns_are_read_one_after_the_other() -> None:
    page = PdfPage()
    page.write(
        60, 60, "Two columns of a long report about the harbour of the small town", size=16
    )
    for number in range(10):
        page.write(60, 100 + 12 * number, f"left line number {number} of the column goes on")
        page.write(320, 100 + 12 * number, f"right line number {number} of the other goes")
    lines = " ".join(words(read(make_pdf([page]), PDF), PARAGRAPH))
    assert lines.index("left line number 9") < lines.index("right line number 0")


# What holds of everything that is read.


@pytest.mark.parametrize(
    ("content", "file_format"),
    [(PLAN, MARKDOWN), (PAGE, HTML), (MINUTES, TXT), (make_report(), PDF)],
)
def test_spans_hold(content: bytes, file_format: FileFormat) -> None:
    document = read(content, file_format)
    assert_sound(document)
    assert read(content, file_format) == document
    assert parse_document(write_document(document)) == document
    assert_sections_hold(document.text, document.blocks)


PIECES = st.sampled_from(
    [
        "Goals",
        "The town will open two centres by 2027.",
        "- item",
        "  - inner item",
        "* **bold** words",
        "1. first",
        "2. second",
        "(a) letter",
        "# Title",
        "## Goals",
        "A | B |",
        "---|---|",
        "---",
        "| c | d | e |",
        "||",
        "and goes on",
        "",
        "    indented",
        "> quoted",
        "<table><tr><td>x<td rowspan=2>y<tr><td colspan=9>z</table>",
        "<ul><li>one<br>two<ul><li>three</ul></ul>",
        "<nav>Goals</nav>",
        "<p>[Goals](#goals)",
        "Cafe\u0301\u00a0\u2028\u00ad\ufeff",
        "الأهداف:",
        "\t•\tbullet",
        "## ***",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=12), st.sampled_from([TXT, MARKDOWN, HTML]))
def test_spans_hold_whatever_is_read(pieces: list[str], file_format: FileFormat) -> None:
    source = "\n".join([*pieces, "End."])
    document = read(source, file_format)
    assert_sound(document)
    assert parse_document(write_document(document)) == document
    if file_format == TXT:
        assert document.text == source
    if not repeats_a_heading(document):
        assert_sections_hold(document.text, document.blocks)


def repeats_a_heading(document: Document) -> bool:
    """Whether a line repeats the words of another that is a heading: whether a citation can tell
    which of the two it means depends on what stands between them."""
    lines = Counter(map(read_heading, document.text.splitlines()))
    for block in document.blocks:
        words = read_heading(document.text[block.start : block.end])
        if block.kind == BlockKind.HEADING and lines[words] > 1:
            return True
    return False


@dataclass(frozen=True)
class BlockQuote:
    """A citation of the words of a block."""

    section: Sequence[str]
    exact: str
    start: int
    end: int
    prefix: str = ""
    suffix: str = ""


def assert_sections_hold(text: str, blocks: Sequence[Block], *titles: str) -> None:
    """The outline has sections that the check of citations accepts, without a title of the
    document and with each of these."""
    quotes: list[BlockQuote] = []
    for block, section in zip(blocks, outline(text, blocks), strict=True):
        if block.kind != BlockKind.LEFT_OUT:
            exact = text[block.start : block.end]
            quotes.append(BlockQuote(section, exact, block.start, block.end))
    for title in ("", *titles):
        sections = Sections(CitedText(text), title, quotes)
        mistakes = [(quote, sections.find_mistake(quote)) for quote in quotes]
        assert not [mistake for mistake in mistakes if mistake[1] is not None]


def find_titles(text: str, blocks: Sequence[Block]) -> list[str]:
    """The first heading, if all other blocks stand under it."""
    contents = [block for block in blocks if block.kind != BlockKind.LEFT_OUT]
    if not contents or contents[0].kind != BlockKind.HEADING:
        return []
    first = contents[0]
    levels = [block.level for block in contents[1:] if block.kind == BlockKind.HEADING]
    if any(level <= first.level for level in levels):
        return []
    return [text[first.start : first.end]]


def test_line_that_repeats_a_heading_is_none() -> None:
    document = read("# Plan\n\n## Goals\n\n## Costs\n\nGoals\n\nSave water.", MARKDOWN)
    assert outline(document.text, document.blocks) == [
        (),
        ("Plan",),
        ("Plan",),
        ("Plan", "Costs"),
        ("Plan", "Costs"),
    ]
    assert_sections_hold(document.text, document.blocks)


def test_heading_of_every_chapter_has_a_section_of_its_own() -> None:
    chapters = [f"## Part {part}\n\n### Timeline\n\nStep {part}.\n\n" for part in "ABC"]
    document = read("# Plan\n\n" + "".join(chapters), MARKDOWN)
    assert outline(document.text, document.blocks)[-1] == ("Plan", "Part C", "Timeline")
    assert_sections_hold(document.text, document.blocks, "Plan")


def test_running_head_is_not_taken_for_the_title() -> None:
    pages = []
    for number in range(3):
        page = PdfPage().write(60, 40, "Harbour plan", size=8)
        pages.append(page.write(60, 120, f"The town does thing {number} in the harbour."))
    pages[0].write(60, 90, "Harbour plan", size=18)
    document = read(make_pdf(pages), PDF)
    assert document.text.count("[Harbour plan]") == 3
    assert_sections_hold(document.text, document.blocks, "Harbour plan")


# The documents that the contract was measured on are no part of the repository.


@pytest.mark.skipif(not SHARED.exists(), reason="needs the documents beside the repository")
@pytest.mark.parametrize(
    "gold", sorted(SHARED.glob("gold/*.json")), ids=lambda path: path.stem
)
def test_quotes_of_careful_readers_are_in_the_text(gold: Path) -> None:
    rows = json.loads(gold.read_text())["rows"]
    matches = list(SHARED.glob(f"documents/{gold.stem}.*"))
    path = matches[0] if matches else next(SHARED.parent.glob("source/*.txt"))
    document = read(path.read_bytes(), FileFormat(path.suffix.removeprefix(".")))
    assert_sound(document)
    text = " ".join(document.text.split())
    missing = [row["exact"] for row in rows if " ".join(row["exact"].split()) not in text]
    assert not missing


@pytest.mark.skipif(not SHARED.exists(), reason="needs the documents beside the repository")
@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SHARED.glob("documents/*")) if path.stem != "SOURCES"],
    ids=lambda path: path.name,
)
def test_real_documents_are_read(path: Path) -> None:
    document = read(path.read_bytes(), FileFormat(path.suffix.removeprefix(".")))
    assert_sound(document)
    titles = find_titles(document.text, document.blocks)
    assert_sections_hold(document.text, document.blocks, *titles)
    assert {"heading", "paragraph"} <= {block.kind for block in document.blocks}
