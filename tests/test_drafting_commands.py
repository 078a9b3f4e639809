"""The commands `draft` and `review`: from a file to a bundle that `check` and `load` accept."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli.output import wrap_lines
from tests.helpers.command_line import Finished, run

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data" / "drafting"
AUDIT = DATA / "audit.md"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'base.db'}"


@pytest.fixture
def name(url: str, tmp_path: Path) -> Path:
    """The name of a draft of the review of the lighthouses."""
    name = tmp_path / "audit"
    finished = run(url, "draft", AUDIT, "-o", name)
    assert finished.returncode == 0, finished.stderr
    return name


def read(name: Path, ending: str = ".json") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(Path(f"{name}{ending}").read_text(encoding="utf-8"))
    return content


def press(monkeypatch: pytest.MonkeyPatch, url: str, name: Path, keys: str) -> Finished:
    """Review a draft with these keys."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(keys))
    return run(url, "review", f"{name}.draft.json")


def titles_of(bundle: dict[str, Any]) -> list[str]:
    return [record["title"] for record in bundle["initiatives"]]


def test_draft_passes_check_and_loads(url: str, name: Path) -> None:
    checked = run(url, "check", f"{name}.json", "--document", f"{name}.txt")
    assert checked.stdout.endswith("No problems.\n")
    loaded = run(url, "load", f"{name}.json")
    assert "Written as revision 1" in loaded.stdout


def test_summary_tells_claims_flags_and_what_was_left_out(url: str, tmp_path: Path) -> None:
    finished = run(url, "draft", AUDIT, "-o", tmp_path / "audit")
    lines = finished.stderr
    assert "initiative, recommended, by the rule 'item'" in lines
    assert "Look at these first" in lines
    assert "addressed to the reader" in lines
    assert "communique review" in lines
    assert finished.stdout == ""


def test_bundle_goes_to_standard_output_without_a_name(url: str) -> None:
    finished = run(url, "draft", AUDIT)
    bundle = json.loads(finished.stdout)
    assert bundle["schema"] == 3
    assert bundle["documents"][0]["title"] == "Review of the Lighthouse Programme"


def test_prose_is_beside_the_bundle_unless_it_is_wanted(url: str, name: Path) -> None:
    sentence = "The ministry accepts all recommendations."
    assert sentence not in titles_of(read(name))
    proposals = read(name, ".draft.json")["proposals"]
    assert sentence in [proposal["record"].get("title") for proposal in proposals]
    run(url, "draft", AUDIT, "--prose", "-o", name)
    assert sentence in titles_of(read(name))


def test_office_that_is_named_is_in_the_bundle(url: str, tmp_path: Path) -> None:
    name = tmp_path / "audit"
    run(url, "draft", AUDIT, "--office", "audit-office-nordholm", "-o", name)
    checked = run(url, "check", f"{name}.json", "--document", f"{name}.txt")
    assert "1 office\n" in checked.stdout
    assert checked.stdout.endswith("No problems.\n")


def test_proposal_has_rule_score_flags_and_span(name: Path) -> None:
    saved = read(name, ".draft.json")
    text = Path(f"{name}.txt").read_text(encoding="utf-8")
    for proposal in saved["proposals"]:
        assert proposal["rule"]
        assert 0 < proposal["score"] < 1
        assert text[proposal["start"] : proposal["end"]].strip()
    reasons = {piece["reason"] for piece in saved["left_out"]}
    assert "addressed to the reader" in reasons


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.md"], "nothing.md: No such file or directory"),
        ([AUDIT, "--language", "eo"], "no rules of drafting for the language 'eo'"),
        ([AUDIT, "--office", "Harbour Office"], "'Harbour Office' is not a slug"),
        ([AUDIT, "--as", "odt"], "'odt' is not one of"),
        ([AUDIT, "--said-on", "May"], "'May' does not match the format"),
    ],
)
def test_mistake_of_draft_is_one_clear_line(
    url: str, arguments: list[object], message: str
) -> None:
    finished = run(url, "draft", *arguments)
    assert finished.returncode != 0
    assert message in finished.stderr
    assert "Traceback" not in finished.stderr


def test_accepted_prose_is_in_the_bundle_and_rejected_items_are_not(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    before = len(read(name)["initiatives"])
    finished = press(monkeypatch, url, name, "yq")
    assert "1 accepted, 0 edited, 0 rejected" in finished.stdout
    after = read(name)
    assert len(after["initiatives"]) + len(after["timeline_items"]) > before


def test_review_goes_on_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    press(monkeypatch, url, name, "ynq")
    finished = press(monkeypatch, url, name, "q")
    assert "[3/" in finished.stdout
    assert "[1/" not in finished.stdout


def test_review_breaks_long_quotes_at_spaces(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    finished = press(monkeypatch, url, name, "sq")
    text = Path(f"{name}.txt").read_text(encoding="utf-8")
    shown, _, source = finished.stdout.partition("y n e u s q? s\n")
    title = shown.splitlines()[5:-1]
    passage = source.partition("\nNot in the draft.")[0].splitlines()
    assert len(title) > 1
    assert len(passage) > 5
    for lines in (title, passage):
        assert max(len(line) for line in lines) <= 40
        assert " ".join(" ".join(lines).split()) in " ".join(text.split())
    assert f"{passage[-1].split()[-1]} " in text.replace("\n", " ")


def test_wrapped_lines_have_the_characters_of_the_text_at_their_positions() -> None:
    text = "one two three\n\nfour  unbreakable five "
    wrapped = wrap_lines(text, 7)
    assert wrapped == "one two\nthree\n\nfour \nunbreakable\nfive "
    assert wrapped.replace("\n", " ") == text.replace("\n", " ")


def test_undo_takes_back_the_last_decision_of_an_earlier_review(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    press(monkeypatch, url, name, "ynq")
    finished = press(monkeypatch, url, name, "uq")
    assert "[2/" in finished.stdout
    assert "1 accepted, 0 edited, 0 rejected" in finished.stdout
    again = press(monkeypatch, url, name, "uuq")
    assert "Nothing is decided yet" in again.stdout


def test_edit_keeps_the_original_and_the_rules(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    press(monkeypatch, url, name, "em4yq")
    proposal = read(name, ".draft.json")["proposals"][0]
    assert proposal["decision"] == "edited"
    assert proposal["record"]["modality"] == "required"
    assert proposal["original"]["modality"] != "required"
    checked = run(url, "check", f"{name}.json", "--document", f"{name}.txt")
    assert checked.stdout.endswith("No problems.\n")


def test_edit_is_shown_before_it_is_accepted(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    finished = press(monkeypatch, url, name, "em4nq")
    shown = finished.stdout.partition("Edit:")[2]
    assert ", required" in shown.partition("Accept it so?")[0]
    assert "Nothing was changed." in shown
    proposal = read(name, ".draft.json")["proposals"][0]
    assert proposal["decision"] is None
    assert proposal["record"]["modality"] != "required"


def test_undo_of_an_edit_restores_the_original(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    before = read(name, ".draft.json")["proposals"][0]["record"]
    press(monkeypatch, url, name, "em4yuq")
    proposal = read(name, ".draft.json")["proposals"][0]
    assert proposal["decision"] is None
    assert proposal["record"] == before
    assert "original" not in proposal


def test_words_are_edited_to_words_of_the_text_only(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    refused = press(monkeypatch, url, name, "etThe programme was a triumph\nq")
    assert "does not stand in the text" in refused.stdout
    press(monkeypatch, url, name, "etThe programme was launched in 2021\nyq")
    proposal = read(name, ".draft.json")["proposals"][0]
    assert proposal["record"]["title"] == "The programme was launched in 2021"
    checked = run(url, "check", f"{name}.json", "--document", f"{name}.txt")
    assert checked.stdout.endswith("No problems.\n")


def test_source_is_shown_around_the_quote(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    finished = press(monkeypatch, url, name, "sq")
    # Lines of the terminal are broken at spaces.
    words = " ".join(finished.stdout.split())
    assert "By June 2026, seven had been restored." in words


def test_all_decided_tells_how_to_publish(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    finished = press(monkeypatch, url, name, "y" * 60)
    assert "0 open" in finished.stdout
    assert "communique load" in finished.stdout
    checked = run(url, "check", f"{name}.json", "--document", f"{name}.txt")
    assert checked.stdout.endswith("No problems.\n")


def test_text_that_has_changed_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    text = Path(f"{name}.txt")
    text.write_text(text.read_text(encoding="utf-8") + "More.", encoding="utf-8")
    finished = press(monkeypatch, url, name, "y")
    assert finished.returncode == 1
    assert "Draft the document again" in finished.stderr


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"form": 9}', "{"])
def test_file_that_is_no_draft_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path, content: str
) -> None:
    Path(f"{name}.draft.json").write_text(content, encoding="utf-8")
    finished = press(monkeypatch, url, name, "y")
    assert finished.returncode == 1
    assert "Traceback" not in finished.stderr


def test_other_file_than_a_draft_is_named(url: str, name: Path) -> None:
    finished = run(url, "review", f"{name}.json")
    assert "is not called NAME.draft.json" in finished.stderr


def test_docs_show_what_draft_prints(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = (ROOT / "docs" / "drafting.md").read_text(encoding="utf-8")
    document = "tests/data/drafting/strategy.html"
    assert f"communique draft {document} --said-on 2026-02-03 -o valley" in docs
    source = ROOT / document
    monkeypatch.chdir(tmp_path)
    drafted = run(url, "draft", source, "--said-on", "2026-02-03", "-o", "valley")
    assert drafted.stderr in docs
    checked = run(url, "check", "valley.json", "--document", "valley.txt")
    assert checked.stdout in docs
    reviewed = press(monkeypatch, url, Path("valley"), "q")
    first_question = reviewed.stdout.split("y n e u s q?")[0]
    assert first_question in docs


def test_draft_does_not_lose_the_decisions_of_a_review(
    monkeypatch: pytest.MonkeyPatch, url: str, name: Path
) -> None:
    again = run(url, "draft", AUDIT, "-o", name)
    assert again.returncode == 0, "without decisions, nothing is lost"
    press(monkeypatch, url, name, "ynq")
    before = Path(f"{name}.draft.json").read_bytes()
    refused = run(url, "draft", AUDIT, "-o", name)
    assert refused.returncode != 0
    assert "has decisions of a review (2)" in refused.stderr
    assert Path(f"{name}.draft.json").read_bytes() == before


@pytest.mark.parametrize("ending", [".txt", ".json", ".draft.json"])
def test_draft_replaces_no_file_that_is_not_a_drafts(
    url: str, tmp_path: Path, ending: str
) -> None:
    name = tmp_path / "audit"
    occupied = Path(f"{name}{ending}")
    occupied.write_text("Notes of a walk.", encoding="utf-8")
    refused = run(url, "draft", AUDIT, "-o", name)
    assert refused.returncode != 0
    assert f"{occupied} is there already" in refused.stderr
    assert "Give -o another name, or remove the file." in " ".join(refused.stderr.split())
    assert occupied.read_text(encoding="utf-8") == "Notes of a walk."
    assert len(list(tmp_path.iterdir())) == 1


def test_draft_of_a_corrected_document_replaces_the_earlier_one(
    url: str, tmp_path: Path
) -> None:
    document = tmp_path / "plan.txt"
    for year in (2030, 2031):
        document.write_text(f"Plan\n\nWe will:\n\n- mend the wall by {year}\n", "utf-8")
        finished = run(url, "draft", document, "-o", tmp_path / "draft")
        assert finished.returncode == 0, finished.stderr
        assert read(tmp_path / "draft")["timeline_items"][0]["end_edtf"] == str(year)


def test_text_may_be_drafted_beside_itself(url: str, tmp_path: Path) -> None:
    document = tmp_path / "plan.txt"
    document.write_text("Plan\n\nWe will:\n\n- mend the wall by 2031\n", "utf-8")
    before = document.read_bytes()
    assert run(url, "draft", document, "-o", tmp_path / "plan").returncode == 0
    assert document.read_bytes() == before


def test_one_thing_is_not_many(url: str, tmp_path: Path) -> None:
    document = tmp_path / "plan.md"
    document.write_text("# Plan\n\nWe will:\n\n- mend the wall\n", "utf-8")
    finished = run(url, "draft", document)
    assert "1 claim in the bundle, 0 focus areas:" in finished.stderr
    assert "2 pieces of the text were left out:" in finished.stderr


def test_claims_without_a_focus_area_are_found_by_their_words(
    url: str, tmp_path: Path
) -> None:
    document = tmp_path / "plan.md"
    document.write_text("# Plan\n\nWe will:\n\n- mend the wall\n", "utf-8")
    assert "/v1/initiatives?q=WORDS" in run(url, "draft", document).stderr
    assert "?q=" not in run(url, "draft", DATA / "strategy.html").stderr


def test_language_that_the_words_are_not_of_is_doubted(url: str) -> None:
    finished = run(url, "draft", AUDIT, "--language", "de")
    assert "The words look English: try --language en" in finished.stderr
    assert "The words look" not in run(url, "draft", AUDIT, "--language", "en-GB").stderr


def test_next_command_is_told_only_after_the_files_are_written(
    url: str, tmp_path: Path
) -> None:
    finished = run(url, "draft", AUDIT, "-o", tmp_path / "nothing" / "audit")
    assert finished.returncode != 0
    assert "cannot be written" in finished.stderr
    assert "Next:" not in finished.stderr
