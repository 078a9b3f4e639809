"""Lines that say by when what stands above them is due, and headings that name no subject. All
texts are made up."""

import pytest

from app.drafts.draft import Draft, Options, draft_document
from app.reading.reader import read_file
from tests.helpers.drafting import LIMITS, claims_in, draft_markdown, find_entry, reason_of


def draft_plain(text: str) -> Draft:
    return draft_document(read_file(text.encode(), LIMITS, name="minutes.txt"))


ITEMS = [
    "- Publish the map of the river\n  - Owner: A. Berg\n  - Due: 3 May 2026\n",
    "- Publish the map of the river\n  Owner: A. Berg\n  Due: 3 May 2026\n- Open the gate\n",
    "- Publish the map of the river\n\n  Deadline: 3 May 2026\n",
    "1. Publish the map of the river\n   By: 3 May 2026\n2. Open the gate\n",
]
PARAGRAPHS = [
    "- Publish the map of the river\n  - **Due:** 3 May 2026\n",
    "Action: Publish the map of the river\n\nOwner: A. Berg\n\nDue date: 3 May 2026\n",
    "Action 4: Publish the map of the river\nOwner: A. Berg\nDue: 3 May 2026\n",
]


@pytest.mark.parametrize("form", [*ITEMS, *PARAGRAPHS])
def test_line_below_an_action_says_by_when(form: str) -> None:
    assert_dated(draft_markdown(f"# Minutes\n\n## Actions\n\n{form}"))


@pytest.mark.parametrize("form", ITEMS)
def test_line_below_an_item_of_a_plain_text_says_by_when(form: str) -> None:
    assert_dated(draft_plain(f"Minutes\n\nActions\n\n{form}"))


def test_short_line_of_a_plain_text_that_says_by_when_is_no_heading() -> None:
    text = (
        "Minutes\n\nAction: Publish the map.\nOwner: A. Berg\nDue: 3 May 2026\n\nMore text.\n"
    )
    draft = draft_plain(text)
    assert find_entry(draft, "Publish", "timeline_item").record["end_edtf"] == "2026-05-03"
    assert draft.source.find_section(text.index("More")) == ("Minutes",)


def assert_dated(drafted: Draft) -> None:
    item = find_entry(drafted, "Publish the map", "timeline_item").record
    assert item["title"] == "Publish the map of the river"
    assert (item["wording"].strip("* "), item["end_kind"]) == ("3 May 2026", "by")
    assert item["end_edtf"] == "2026-05-03"
    assert item["initiative_slug"] == "publish-the-map-of-the-river"
    by_when = [quote for quote in item["citations"] if "end_kind" in quote["supports"]]
    assert len(by_when) == 2
    assert "Berg" not in "".join(claim.words for claim in claims_in(drafted))


@pytest.mark.parametrize(
    ("language", "action", "line", "end_kind"),
    [
        ("en", "Open the gate", "Target date: June 2026", "by"),
        ("en", "Open the gate", "Timeline: June 2026", "same"),
        ("fr", "Ouvrir la porte", "Échéance : juin 2026", "by"),
        ("fr", "Ouvrir la porte", "Pour le : 30 juin 2026", "by"),
        ("de", "Das Tor öffnen", "Frist: Juni 2026", "by"),
        ("de", "Das Tor öffnen", "Fällig am: 30. Juni 2026", "by"),
    ],
)
def test_labels_of_days_are_known_in_each_language(
    language: str, action: str, line: str, end_kind: str
) -> None:
    draft = draft_markdown(f"# Plan\n\n- {action}\n  - {line}\n", Options(language))
    assert find_entry(draft, action, "timeline_item").record["end_kind"] == end_kind


@pytest.mark.parametrize(
    "text",
    [
        "# Prize\n\n- Open to all pupils\n- Deadline: 3 May 2026\n",
        "# Plan\n\nThe city will open a gate.\n\nDeadline: 3 May 2026\n",
        "# Plan\n\n## Actions\n\n- Open the gate by 2027\n  - Due: 3 May 2026\n",
        "# Plan\n\n## Actions\n\n- Open the gate\n  - Due: when the council agrees\n",
        "# Plan\n\n## Actions\n\n- Open the gate\n\nDue: 3 May 2026\n",
    ],
)
def test_line_that_may_belong_to_something_else_dates_nothing(text: str) -> None:
    draft = draft_markdown(text, Options(with_prose=True))
    assert "due" not in [entry.proposal.rule for entry in draft.entries]
    assert reason_of(draft, "D")


def list_focus_areas(heading: str, language: str) -> list[str]:
    items = {
        "en": "The city must open a school",
        "fr": "La ville doit ouvrir une école",
        "de": "Die Stadt muss eine Schule öffnen",
    }
    text = f"# The valley\n\n## Mills\n\n### {heading}\n\n- {items[language]}\n"
    draft = draft_markdown(text, Options(language))
    return [area["name"] for area in draft.focus_areas.values()]


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        (
            "en",
            "Introduction|Background|Wrapping Up|Conclusion|In conclusion|Next steps|"
            "Our next steps|3. Next Steps|4.1 Conclusions|IV – Recommendations|"
            "2. Actions|Looking ahead|"
            "What’s next?|The way forward|Key messages|At a glance|Timeline|Implementation|"
            "Monitoring and evaluation|Overview of the plan|About this document|Final remarks",
        ),
        (
            "fr",
            "Introduction|Contexte|Conclusion|En conclusion|Pour conclure|Prochaines étapes|"
            "2. Prochaines étapes|Avant-propos|Préambule|Vue d’ensemble|L’essentiel|Calendrier|"
            "Mise en œuvre|Suivi et évaluation|État des lieux|3. Recommandations",
        ),
        (
            "de",
            "Einleitung|Hintergrund|Ausgangslage|Fazit|Zusammenfassung|Nächste Schritte|"
            "5. Nächste Schritte|Weiteres Vorgehen|Wie geht es weiter?|Schlussbemerkungen|Vorwort|"
            "Überblick|Auf einen Blick|Ausblick|Umsetzung|Zeitplan|2. Maßnahmen",
        ),
    ],
)
def test_heading_of_any_document_is_no_focus_area(language: str, headings: str) -> None:
    for heading in headings.split("|"):
        assert list_focus_areas(heading, language) == ["Mills"], heading


@pytest.mark.parametrize(
    ("language", "heading", "name"),
    [
        ("en", "2. Salt roads", "Salt roads"),
        ("en", "Action 2: Salt roads", "Salt roads"),
        ("en", "The calendar of the mills", "The calendar of the mills"),
        ("fr", "Démarche des pêcheurs", "Démarche des pêcheurs"),
        ("de", "Methodik des Fischfangs", "Methodik des Fischfangs"),
    ],
)
def test_heading_with_a_subject_is_a_focus_area(
    language: str, heading: str, name: str
) -> None:
    assert list_focus_areas(heading, language) == [name]
