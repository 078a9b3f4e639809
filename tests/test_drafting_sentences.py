"""Sentences of communiqués, resolutions, minutes and coalition agreements. All texts are made
up."""

import pytest

from app.drafts.draft import Draft, Options
from app.drafts.proposals import Flag
from tests.helpers.drafting import claims_in, draft_markdown, find_entry, reason_of


def draft_prose(language: str, sentence: str) -> Draft:
    """A paragraph below a title."""
    return draft_markdown(f"# Plan\n\n{sentence}\n", Options(language, with_prose=True))


def modality_of(language: str, sentence: str) -> str:
    """The modality of the only claim of a sentence."""
    entries = [
        entry
        for entry in draft_prose(language, sentence).select()
        if entry.proposal.type != "timeline_item"
    ]
    [entry] = entries
    assert not entry.proposal.flags
    return entry.proposal.modality


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "We support a common store of salt."),
        ("en", "We now publish the tolls of all roads."),
        ("fr", "Nous soutenons la création d'un dépôt de sel."),
        ("fr", "Nous nous appuyons sur les guildes du fleuve."),
        ("de", "Wir stärken die Gilden am Fluss."),
        ("de", "Dazu erleichtern wir den Gemeinden den Kauf von Salz."),
        ("de", "Damit die Boote sicher fahren, vertiefen wir den Kanal."),
    ],
)
def test_deed_of_the_first_person_is_stated(language: str, sentence: str) -> None:
    assert modality_of(language, sentence) == "stated"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "We welcome the progress of the working group."),
        ("en", "We know that the river is wide here."),
        ("fr", "Nous saluons les progrès du groupe de travail."),
        ("fr", "Nous savons que le fleuve est large."),
        ("de", "Wir begrüßen die Fortschritte der Gruppe."),
        ("de", "Wir haben eine lange Küste am Nordufer."),
    ],
)
def test_what_one_feels_or_knows_is_no_claim(language: str, sentence: str) -> None:
    assert draft_prose(language, sentence).entries == ()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "We ask the harbour masters to report on the tolls."),
        ("en", "We call on all towns to open their gates."),
        ("en", "We deplore the storm, and urge all towns to open their gates."),
        ("en", "The assembly tasks the guild with a survey."),
        ("en", "All towns are urged to open their gates."),
        ("fr", "Nous appelons toutes les villes à ouvrir leurs portes."),
        ("fr", "Nous demandons aux guildes de mesurer le canal."),
        ("fr", "Il serait souhaitable que le quai soit réparé."),
        ("de", "Wir fordern alle Städte auf, ihre Tore zu öffnen."),
        ("de", "Die Versammlung ruft die Gilden auf, den Kanal zu messen."),
        ("de", "Es gilt, die Tore zu öffnen."),
    ],
)
def test_what_a_document_asks_for_is_advice(language: str, sentence: str) -> None:
    assert modality_of(language, sentence) == "recommended"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The guild urges the council to open the gates."),
        ("fr", "La guilde exige que le conseil ouvrira les portes."),
        ("de", "Die Gilde fordert den Rat auf, die Tore zu öffnen."),
    ],
)
def test_what_others_ask_for_is_reported(language: str, sentence: str) -> None:
    draft = draft_prose(language, sentence)
    assert draft.select() == []
    assert all(Flag.REPORTED in entry.proposal.flags for entry in draft.entries)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "We reaffirm our commitment to open rivers."),
        ("en", "The towns remain firmly committed to open rivers."),
        ("en", "We stand ready to help the island towns."),
        ("fr", "Nous réaffirmons notre attachement aux fleuves ouverts."),
        ("fr", "Les villes restent déterminées à ouvrir les fleuves."),
        ("fr", "Le conseil charge la guilde de mesurer le canal."),
        ("de", "Die Städte bekräftigen ihr Bekenntnis zu offenen Flüssen."),
        ("de", "Der Rat macht es sich zur Aufgabe, die Flüsse zu öffnen."),
    ],
)
def test_commitment_that_is_repeated_is_stated(language: str, sentence: str) -> None:
    sentence = sentence.replace("Der Rat macht", "Die Räte machen")
    assert modality_of(language, sentence) == "stated"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Nous créerons un dépôt de sel."),
        ("fr", "Nous entendons doubler le nombre de ponts."),
        ("de", "Geplant ist außerdem eine Brücke am Nordufer."),
        ("de", "Die Vereinbarung sieht einen Tausch von Booten vor."),
        ("en", "The expected benefits are safer boats and fewer floods."),
        ("de", "Dadurch können mehr Boote den Kanal befahren."),
    ],
)
def test_what_is_planned_is_prospective(language: str, sentence: str) -> None:
    assert modality_of(language, sentence) == "prospective"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The ministry awards a prize for safe boats."),
        ("fr", "Le conseil fixe le loyer de la grange à deux couronnes."),
        ("de", "Über die Zölle berichtet die Verwaltung jedem Dorf."),
    ],
)
def test_what_a_body_does_is_stated(language: str, sentence: str) -> None:
    assert modality_of(language, sentence) == "stated"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "I would like to thank all who will help us."),
        ("en", "The council expressed its deep gratitude to the guild."),
        ("fr", "Nous remercions la guilde qui accueillera le sommet."),
        ("de", "Wir danken der Gilde, die den Kanal messen wird."),
    ],
)
def test_thanks_are_no_claim(language: str, sentence: str) -> None:
    draft = draft_prose(language, sentence)
    assert draft.entries == ()
    assert reason_of(draft, sentence[:12]) == "a reason or a greeting"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We have set two objectives:\n\n- Double the ferries\n- Mend the wall"),
        ("fr", "Nous avons fixé deux objectifs :\n\n- Doubler les bacs\n- Réparer le mur"),
        ("de", "Wir haben zwei Ziele festgelegt:\n\n- Mehr Fähren bauen\n- Mauer reparieren"),
    ],
)
def test_objectives_that_were_set_are_aims(language: str, text: str) -> None:
    draft = draft_markdown(f"# Plan\n\n{text}\n", Options(language))
    assert [claim.modality for claim in claims_in(draft)] == ["stated", "stated"]
    assert {entry.record["kind"] for entry in draft.select()} == {"objective"}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The ministry will open the gates where possible."),
        ("fr", "La ville ouvrira les portes le cas échéant."),
        ("de", "Die Stadt wird die Tore wenn möglich öffnen."),
    ],
)
def test_set_phrase_is_no_condition(language: str, sentence: str) -> None:
    assert modality_of(language, sentence) == "prospective"


def test_condition_beside_a_set_phrase_counts() -> None:
    draft = draft_prose("en", "If funds allow, the city will open gates where possible.")
    assert Flag.CONDITIONAL in find_entry(draft, "If funds").proposal.flags


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The first fear was the speed of carts on narrow roads."),
        ("fr", "La vallée a des salariés dans trois communes."),
    ],
)
def test_noun_after_a_determiner_is_no_past(language: str, sentence: str) -> None:
    assert draft_prose(language, sentence).entries == ()


def test_month_of_may_is_no_modal_verb() -> None:
    draft = draft_prose("en", "Between March and May 2025 the guild held six fairs.")
    assert [claim.modality for claim in claims_in(draft)] == ["occurred"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "These measures should reduce the number of floods."),
        ("fr", "Grâce à ces mesures, le nombre de crues devrait baisser."),
    ],
)
def test_effect_that_should_come_is_expected(language: str, sentence: str) -> None:
    [entry] = draft_prose(language, sentence).select()
    assert (entry.proposal.type, entry.proposal.modality) == (
        "expected_outcome",
        "prospective",
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Mme Delmas indique que les travaux commenceront au printemps.",
        "M. Roux expose que les travaux ont commencé au printemps.",
    ],
)
def test_what_minutes_say_was_told_is_a_claim(sentence: str) -> None:
    assert modality_of("fr", sentence) in ("prospective", "occurred")


@pytest.mark.parametrize(
    ("language", "opening"), [("fr", "Lire notre article :"), ("en", "Read more:")]
)
def test_reference_to_another_page_is_no_claim(language: str, opening: str) -> None:
    draft = draft_markdown(
        f"# Plan\n\n**{opening}** The council will open a gate in spring.\n",
        Options(language, with_prose=True),
    )
    assert draft.entries == ()


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Grants may not be used to buy boats."),
        ("fr", "Les boutiques ne peuvent pas vendre de sel."),
    ],
)
def test_what_is_forbidden_is_a_duty(language: str, sentence: str) -> None:
    assert modality_of(language, sentence) == "required"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A call for pilots opens on 3 May 2026."),
        ("fr", "La foire aux bateaux commence le 3 mai 2026."),
        ("de", "Die Messe der Boote beginnt am 3. Mai 2026."),
    ],
)
def test_event_with_a_day_is_an_item_of_the_timeline(language: str, sentence: str) -> None:
    [claim] = claims_in(draft_prose(language, sentence))
    assert (claim.type, claim.modality) == ("timeline_item", "stated")


@pytest.mark.parametrize(
    ("language", "lead_in"),
    [
        ("en", "By 2028 we expect:"),
        ("fr", "Nous attendons :"),
        ("de", "Bis 2028 erwarten wir:"),
    ],
)
def test_list_of_what_is_expected_has_outcomes(language: str, lead_in: str) -> None:
    draft = draft_markdown(f"# Plan\n\n{lead_in}\n\n- 3 % X\n- 4 % Y\n", Options(language))
    outcomes = [(claim.type, claim.modality) for claim in claims_in(draft)]
    assert outcomes == [("expected_outcome", "prospective")] * 2


@pytest.mark.parametrize("heading", ["What we will do", "How carts will be counted"])
def test_heading_that_asks_is_no_claim(heading: str) -> None:
    draft = draft_markdown(f"# Measures\n\n## {heading}\n\n- Mend the wall\n")
    assert [claim.words for claim in claims_in(draft)] == ["Mend the wall"]
