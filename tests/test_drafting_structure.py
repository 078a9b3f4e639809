"""Numbered paragraphs and clauses, lists in cells, tables of fields, periods. All texts are made
up."""

import pytest

from app.drafts.draft import Draft, Options, draft_document
from app.reading.reader import read_file
from tests.helpers.drafting import LIMITS, Claim, claims_in, draft_markdown, find_entry

WITH_PROSE = Options("en", with_prose=True)
COMMUNIQUE = """COMMUNIQUÉ OF THE RIVER TOWNS

1. We met in Strelsau. We are grateful to its people.

Tolls

2. We will lower the tolls by half. We call on all towns to publish them.

Boats

3. We commit to safe boats. A school of pilots will open next year.
"""
RESOLUTION = """Rivers and boats

The Assembly,

Recalling its earlier resolutions on rivers,

1. Takes note of the report of the guild;

2. Calls upon all towns:

(a) To publish their tolls by the end of 2027;

(b) To mend their quays;

3. Welcomes the map of the river and encourages the guild to renew it;

4. Urges the guilds to train pilots.
"""


def draft_text(text: str) -> Draft:
    return draft_document(read_file(text.encode(), LIMITS, name="a.txt"), WITH_PROSE)


def draft_page(body: str, language: str = "en") -> Draft:
    page = f'<html lang="{language}"><main><h1>Plan</h1>{body}</main></html>'
    return draft_document(read_file(page.encode(), LIMITS, name="a.html"))


def test_numbered_paragraphs_are_prose() -> None:
    claims = claims_in(draft_text(COMMUNIQUE))
    assert [(claim.words, claim.modality) for claim in claims] == [
        ("We met in Strelsau.", "occurred"),
        ("We will lower the tolls by half.", "prospective"),
        ("We call on all towns to publish them.", "recommended"),
        ("We commit to safe boats.", "stated"),
        ("A school of pilots will open next year.", "prospective"),
    ]


def test_numbered_paragraphs_of_a_page_are_prose() -> None:
    text = COMMUNIQUE.replace("COMMUNIQUÉ", "# COMMUNIQUÉ").replace("\nTolls", "\n## Tolls")
    draft = draft_markdown(text.replace("\nBoats", "\n## Boats"), WITH_PROSE)
    assert len(claims_in(draft)) == 5


def test_numbers_that_begin_anew_are_lists() -> None:
    draft = draft_markdown(
        "# Plan\n\n## Actions\n\n1. Mend the wall. It is old.\n2. Build a gate\n\n"
        "## More actions\n\n1. Paint the gate. Use red paint.\n"
    )
    assert [claim.words for claim in claims_in(draft)] == [
        "Mend the wall. It is old.",
        "Build a gate",
        "Paint the gate. Use red paint.",
    ]


def test_letters_below_a_numbered_clause_complete_it() -> None:
    claims = claims_in(draft_text(RESOLUTION))
    until = "by the end of 2027"
    assert claims == [
        Claim("initiative", f"To publish their tolls {until};", "recommended", None),
        Claim("timeline_item", f"To publish their tolls {until};", "recommended", until),
        Claim("initiative", "To mend their quays;", "recommended", None),
        Claim(
            "initiative",
            "Welcomes the map of the river and encourages the guild to renew it;",
            "recommended",
            None,
        ),
        Claim("initiative", "Urges the guilds to train pilots.", "recommended", None),
    ]


@pytest.mark.parametrize(
    ("language", "head"),
    [
        ("en", "How we will measure success"),
        ("en", "Key performance indicators"),
        ("fr", "Critères de réussite"),
        ("de", "Erfolgskriterien"),
    ],
)
def test_measure_of_success_is_no_outcome(language: str, head: str) -> None:
    action = {"en": "Action", "fr": "Action", "de": "Maßnahme"}[language]
    draft = draft_markdown(
        f"# Plan\n\n| {action} | {head} |\n| --- | --- |\n| Bridge X | Carts a day |\n",
        Options(language),
    )
    assert [claim.words for claim in claims_in(draft)] == ["Bridge X"]


@pytest.mark.parametrize(
    ("language", "head", "first", "second"),
    [
        ("en", "Actions", "Plant forty trees", "Create two parks"),
        ("fr", "Actions", "Planter quarante arbres", "Créer deux parcs"),
        ("de", "Maßnahmen", "Erneuerung der Mauer", "Entwicklung eines Parks"),
    ],
)
def test_list_in_a_cell_has_a_claim_in_each_item(
    language: str, head: str, first: str, second: str
) -> None:
    time = {"en": "When", "fr": "Échéance", "de": "Frist"}[language]
    draft = draft_page(
        f"<table><tr><th>{head}</th><th>{time}</th></tr><tr>"
        f"<td><ul><li>{first}</li><li>{second}</li></ul></td><td>2027</td></tr></table>",
        language,
    )
    assert [(claim.words, claim.wording) for claim in claims_in(draft)] == [
        (first, None),
        (first, "2027"),
        (second, None),
        (second, "2027"),
    ]


def test_lines_of_a_cell_that_go_on_are_one_claim() -> None:
    draft = draft_page(
        "<table><tr><th>Action</th><th>When</th></tr>"
        "<tr><td>Open the new<br>Harbour Office</td><td>2027</td></tr></table>"
    )
    assert claims_in(draft)[0].words == "Open the new Harbour Office"


@pytest.mark.parametrize(
    ("language", "fields"),
    [
        ("en", ("Lead agency", "Start and end date", "Commitment description")),
        ("fr", ("Pilote", "Calendrier", "Action")),
        ("de", ("Federführung", "Zeitraum", "Maßnahme")),
    ],
)
def test_table_of_fields_makes_one_claim(language: str, fields: tuple[str, str, str]) -> None:
    who, when, what = fields
    draft = draft_page(
        f"<h2>Tolls</h2><table><tr><th>{who}</th><td>Guild of the river</td></tr>"
        f"<tr><th>{when}</th><td>2026 – 2027</td></tr>"
        f"<tr><th>{what}</th><td>Bridge tolls for carts</td></tr></table>",
        language,
    )
    assert [(claim.type, claim.words, claim.wording) for claim in claims_in(draft)] == [
        ("initiative", "Bridge tolls for carts", None),
        ("timeline_item", "Bridge tolls for carts", "2026 – 2027"),
    ]


@pytest.mark.parametrize(("label", "wording"), [("Q1:", "Q1"), ("Q3 –", "Q3")])
def test_quarter_is_that_of_the_year_above_it(label: str, wording: str) -> None:
    draft = draft_markdown(f"# Plan\n\n## 2026\n\n- {label} a first version\n")
    [claim] = claims_in(draft)
    assert claim == Claim("timeline_item", "a first version", "stated", wording)


@pytest.mark.parametrize(
    ("language", "heading", "item"),
    [
        ("en", "Short term (0–12 months)", "Mend the wall"),
        ("fr", "À court terme", "Réparer le mur"),
        ("de", "Kurzfristig", "Mauer reparieren"),
    ],
)
def test_heading_that_is_a_term_dates_its_items(
    language: str, heading: str, item: str
) -> None:
    title = {"en": "Measures", "fr": "Mesures", "de": "Maßnahmen"}[language]
    text = f"# {title}\n\n## {heading}\n\n- {item}\n"
    draft = draft_markdown(text, Options(language))
    assert [(claim.words, claim.wording) for claim in claims_in(draft)] == [
        (item, None),
        (item, heading),
    ]
    assert draft.make_bundle()["focus_areas"] == []


@pytest.mark.parametrize(
    ("item", "wording"),
    [
        ("Adopt the map (expected October 2026)", "October 2026"),
        ("Adopt the map (autumn 2026).", "autumn 2026"),
        ("Carry out the Paris Agreement (2015)", None),
        ("Double the trips (from a 2024 baseline)", None),
    ],
)
def test_time_in_brackets_at_the_end_dates_an_item(item: str, wording: str | None) -> None:
    draft = draft_markdown(f"# Plan\n\n## Actions\n\n- {item}\n")
    wordings = [claim.wording for claim in claims_in(draft)]
    assert wordings == ([None] if wording is None else [None, wording])


def test_number_of_a_theme_is_no_part_of_a_focus_area() -> None:
    draft = draft_markdown("# Measures\n\n## Theme A – Roads\n\n- Mend the wall by 2027\n")
    assert [area["name"] for area in draft.make_bundle()["focus_areas"]] == ["Roads"]
    assert find_entry(draft, "Mend").proposal.type == "initiative"
