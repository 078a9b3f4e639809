"""Kinds of documents and what is peculiar to each: tables of status, minutes, press releases,
regulations, lists of risks. All texts are made up."""

from datetime import date

import pytest

from app.drafts.draft import Draft, Options
from app.drafts.proposals import Flag
from app.drafts.records import Statement
from tests.helpers.drafting import (
    Claim,
    claims_in,
    draft_markdown,
    find_entry,
    reason_of,
    words_of,
)

WITH_PROSE = Options(with_prose=True)


def draft_status(*heads: str, status: str) -> Draft:
    """A table of one row with these heads: a measure, its status, a deadline."""
    return draft_markdown(
        f"# Report\n\n| {' | '.join(heads)} |\n| --- | --- | --- |\n"
        f"| Repair the old wall | {status} | 2024 |\n"
    )


@pytest.mark.parametrize(
    ("heads", "status", "modality"),
    [
        (("Action", "Status", "Deadline"), "Completed", "occurred"),
        (("Action", "Status", "Deadline"), "Completed in May", "occurred"),
        (("Action", "Progress", "Deadline"), "In progress", "stated"),
        (("Action", "Current status", "Deadline"), "On track", "stated"),
        (("Action", "Status", "Deadline"), "Proposed", "prospective"),
        (("Action", "Status", "Deadline"), "Open", "prospective"),
        (("Action", "Status", "Deadline"), "Not completed", "prospective"),
        (("Action", "Status", "Deadline"), "Planned", "prospective"),
        (("Mesure", "État", "Échéance"), "Réalisée", "occurred"),
        (("Mesure", "État d'avancement", "Échéance"), "En cours", "stated"),
        (("Mesure", "Avancement", "Échéance"), "Prévue", "prospective"),
        (("Maßnahme", "Status", "Frist"), "Abgeschlossen", "occurred"),
        (("Maßnahme", "Umsetzungsstand", "Frist"), "In Umsetzung", "stated"),
        (("Maßnahme", "Stand", "Frist"), "Geplant", "prospective"),
    ],
)
def test_status_is_the_modality_of_its_row(
    heads: tuple[str, ...], status: str, modality: str
) -> None:
    language = {"Action": "en", "Mesure": "fr", "Maßnahme": "de"}[heads[0]]
    draft = draft_markdown(
        f"# Report\n\n| {' | '.join(heads)} |\n| --- | --- | --- |\n"
        f"| Repair the old wall | {status} | 2024 |\n",
        Options(language),
    )
    measure, item = draft.select()
    assert {measure.proposal.modality, item.proposal.modality} == {modality}
    evidence = [
        entry for entry in measure.record["citations"] if "modality" in entry["supports"]
    ]
    assert [entry["exact"] for entry in evidence] == [status]
    is_done = modality == "occurred"
    assert item.record["end_kind"] == ("unknown" if is_done else "by")
    assert ("that it is done" in item.record["derived"].get("end_kind", "")) == is_done


def test_row_that_is_given_up_is_no_plan() -> None:
    draft = draft_status("Action", "Status", "Deadline", status="Cancelled")
    assert Flag.NEGATED in find_entry(draft, "Repair").proposal.flags
    assert claims_in(draft) == []


def test_status_that_is_not_known_leaves_the_row_as_it_is() -> None:
    draft = draft_status("Action", "Status", "Deadline", status="See the annex")
    assert [claim.modality for claim in claims_in(draft)] == ["stated", "stated"]


@pytest.mark.parametrize(
    ("status", "modality"), [("Planned", "recommended"), ("Completed", "occurred")]
)
def test_advice_that_is_planned_is_still_advice(status: str, modality: str) -> None:
    draft = draft_markdown(
        "# Report\n\nThe council should:\n\n| Action | Status |\n| --- | --- |\n"
        f"| Repair the old wall | {status} |\n"
    )
    assert [claim.modality for claim in claims_in(draft)] == [modality]


@pytest.mark.parametrize(
    ("language", "sentence", "cue"),
    [
        ("en", "The council resolved to publish the map.", "resolved to"),
        ("en", "It was agreed to close the mill.", "was agreed"),
        ("en", "The members decided to open a library.", "decided to"),
        ("fr", "Le conseil a décidé d'ouvrir une école.", "a décidé d'ouvrir"),
        ("de", "Der Rat beschloss den Bau einer Schule.", "beschloss"),
    ],
)
def test_decision_of_a_meeting_is_stated(language: str, sentence: str, cue: str) -> None:
    draft = draft_markdown(f"# Minutes\n\n{sentence}\n", Options(language, with_prose=True))
    (entry,) = draft.select()
    assert entry.proposal.modality == "stated"
    assert (
        draft.source.words(entry.proposal.modality_evidence.span or entry.proposal.span)
        == cue
    )


@pytest.mark.parametrize("opening", ["", "- "], ids=["prose", "item"])
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Ms Berg asked whether the library could open on Sundays."),
        ("en", "Mr Dorn proposed that the council should buy a boat."),
        ("en", "She suggested that the fee could fall to two crowns."),
        ("fr", "Mme Berg a demandé si la bibliothèque pourrait ouvrir le dimanche."),
        ("fr", "M. Dorn a proposé que le conseil devrait acheter un bateau."),
        ("de", "Frau Berg fragte, ob die Bibliothek sonntags öffnen sollte."),
        ("de", "Herr Dorn schlug vor, dass der Rat ein Boot kaufen sollte."),
    ],
)
def test_what_somebody_asked_is_reported(language: str, sentence: str, opening: str) -> None:
    draft = draft_markdown(
        f"# Minutes\n\n{opening}{sentence}\n", Options(language, with_prose=True)
    )
    flags = [entry.proposal.flags for entry in draft.entries]
    assert flags
    assert all(Flag.REPORTED in of_entry for of_entry in flags)
    assert draft.select() == []


def test_what_a_document_proposes_is_not_reported() -> None:
    draft = draft_markdown(
        "# Report\n\nIt is proposed that the council buys a boat.\n", WITH_PROSE
    )
    assert [claim.modality for claim in claims_in(draft)] == ["recommended"]


@pytest.mark.parametrize(
    ("language", "text", "words", "modality", "label"),
    [
        (
            "en",
            "Action: Clerk to send the map by 3 May 2026.",
            "Clerk to send",
            "stated",
            "Action",
        ),
        (
            "en",
            "- **Action item 4:** Mr Dorn to order sand",
            "Mr Dorn",
            "stated",
            "Action item 4",
        ),
        ("en", "Decision: The fee rises to two crowns.", "The fee", "stated", "Decision"),
        (
            "en",
            "Recommendation 2: Open a school of pilots.",
            "Open a school",
            "recommended",
            "Recommendation 2",
        ),
        ("fr", "Action : le greffe envoie la carte.", "le greffe", "stated", "Action"),
        ("de", "Auftrag: Die Kanzlei sendet die Karte.", "Die Kanzlei", "stated", "Auftrag"),
    ],
)
def test_words_after_a_label_are_a_claim(
    language: str, text: str, words: str, modality: str, label: str
) -> None:
    draft = draft_markdown(f"# Minutes\n\n{text}\n", Options(language))
    entry = find_entry(draft, words)
    assert entry in draft.select()
    assert entry.proposal.modality == modality
    quotes = [entry["exact"] for entry in entry.record["citations"]]
    assert label in quotes


def test_claim_after_a_label_is_dated() -> None:
    draft = draft_markdown("# Minutes\n\nAction: Clerk to send the map by 3 May 2026.\n")
    assert [claim.wording for claim in claims_in(draft)] == [None, "by 3 May 2026"]


def test_owner_and_progress_below_an_action_are_no_claims() -> None:
    draft = draft_markdown(
        "# Minutes\n\n## Actions\n\n- Publish the map of the river\n  - Owner: A. Berg\n"
        "  - Progress: half done\n"
    )
    assert [claim.words for claim in claims_in(draft)] == ["Publish the map of the river"]
    assert reason_of(draft, "Owner") == reason_of(draft, "Progress") != ""


@pytest.mark.parametrize(
    ("language", "dateline", "sentence", "end"),
    [
        (
            "en",
            "STRELSAU, 12 March 2026 — ",
            "The city will open a gate within a year.",
            "2027-03~",
        ),
        (
            "en",
            "Zenda (March 12, 2026) – ",
            "The city will open a gate within a year.",
            "2027-03~",
        ),
        (
            "fr",
            "Strelsau, le 12 mars 2026 – ",
            "La ville ouvrira une porte dans un délai d'un an.",
            "2027-03~",
        ),
        (
            "de",
            "Strelsau an der Tarn, den 12. März 2026 – ",
            "Die Stadt wird innerhalb eines Jahres ein Tor öffnen.",
            "2027-03~",
        ),
    ],
)
def test_dateline_dates_the_document_and_is_no_part_of_a_claim(
    language: str, dateline: str, sentence: str, end: str
) -> None:
    text = f"# News\n\n{dateline}{sentence}\n"
    draft = draft_markdown(text, Options(language, with_prose=True))
    assert {words_of(entry) for entry in draft.entries} == {sentence}
    item = find_entry(draft, sentence, "timeline_item")
    words = dateline.strip(" –—")
    assert item.record["end_edtf"] == end
    assert words[:8] in item.record["derived"]["end_edtf"]
    assert draft.document["published_on"] == "2026-03-12"
    assert words[:8] in draft.document["derived"]["published_on"]
    assert reason_of(draft, words[:8])


def test_day_that_a_person_names_outweighs_the_dateline() -> None:
    options = Options(statement=Statement(said_on=date(2030, 1, 1)), with_prose=True)
    draft = draft_markdown(
        "# News\n\nSTRELSAU, 12 March 2026 — The city will open a gate within a year.\n",
        options,
    )
    item = find_entry(draft, "The city", "timeline_item")
    assert item.record["end_edtf"] == "2031-01~"
    assert "dateline" not in item.record["derived"]["end_edtf"]
    assert draft.document["published_on"] == "2030-01-01"


@pytest.mark.parametrize(
    "text",
    [
        "The minister, 12 March 2026 — we will open a gate.",
        "On 3 May 2024 – the council opened a gate.",
        "The WHO — a body of experts — will open a gate.",
    ],
)
def test_sentence_with_a_dash_is_no_dateline(text: str) -> None:
    draft = draft_markdown(f"# News\n\n{text}\n", WITH_PROSE)
    assert draft.source.dateline is None
    assert draft.document["published_on"] is None


@pytest.mark.parametrize(
    ("title", "modality"),
    [
        ("Verordnung über die Häfen", "required"),
        ("Hafenbenutzungssatzung", "required"),
        ("Ordnung\n\n§ 1 Der Hafen ist offen.\n\n§ 2 Der Kai ist frei.", "required"),
        ("Plan für den Hafen", "prospective"),
        ("Konzept zur Verordnung", "prospective"),
    ],
)
def test_soll_binds_in_a_regulation(title: str, modality: str) -> None:
    draft = draft_markdown(
        f"# {title}\n\nDer Betreiber soll die Anlage jährlich prüfen.\n",
        Options("de", with_prose=True),
    )
    assert find_entry(draft, "Der Betreiber soll").proposal.modality == modality


def test_power_to_permit_is_no_plan() -> None:
    draft = draft_markdown(
        "# Plan\n\nDie Stadt kann Ausnahmen zulassen.\n", Options("de", with_prose=True)
    )
    assert draft.entries == ()


@pytest.mark.parametrize(
    "sentence",
    ["Il convient de réparer le quai.", "Il convient que la commune répare le quai."],
)
def test_il_convient_is_advice(sentence: str) -> None:
    draft = draft_markdown(f"# Plan\n\n{sentence}\n", Options("fr", with_prose=True))
    assert [claim.modality for claim in claims_in(draft)] == ["recommended"]


@pytest.mark.parametrize("opening", ["", "- "], ids=["prose", "item"])
def test_risk_that_something_may_not_happen_is_no_duty(opening: str) -> None:
    draft = draft_markdown(
        f"# Plan\n\n## Risks\n\n{opening}Funds may not suffice for the bridge.\n\n"
        f"## Duties\n\n{opening}Ships may not enter at night.\n",
        WITH_PROSE,
    )
    assert [words_of(entry) for entry in draft.entries] == ["Ships may not enter at night."]
    assert draft.entries[0].proposal.modality == "required"


@pytest.mark.parametrize(
    "text",
    [
        "# A plan\n\nThe wall is old.\n\n# Goals\n\n- Mend the wall\n",
        "# A plan\n\n## Part one\n\nThe wall is old.\n\n# A plan\n\n# Goals\n\n- Mend the wall\n",
        "## Goals\n\n# Goals\n\n- Mend the wall\n",
        "A plan\n\n# Part\n\nA plan\n\n## Goals\n\n- Mend the wall\n",
    ],
)
def test_title_that_repeats_costs_no_claim(text: str) -> None:
    draft = draft_markdown(text)
    assert claims_in(draft) == [Claim("initiative", "Mend the wall", "stated", None)]


def test_title_is_no_focus_area_whatever_its_level() -> None:
    draft = draft_markdown("## Harbour plan\n\nThe city will:\n\n- mend the wall\n")
    assert draft.make_bundle()["focus_areas"] == []
    below = draft_markdown(
        "## Harbour plan\n\n### Roads\n\nThe city will:\n\n- mend the wall\n"
    )
    assert [area["name"] for area in below.make_bundle()["focus_areas"]] == ["Roads"]
