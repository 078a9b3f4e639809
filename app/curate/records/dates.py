"""The dates of a timeline item, read from the wording of the document."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.curate.records.build import FormProblem
from app.curate.records.fields import SIDES
from app.curate.records.state import EditState
from app.dates.context import ANCHOR, EVENT, FISCAL_YEAR, YEAR, Context
from app.dates.lexicon import DEFAULT_LANGUAGE, list_languages
from app.dates.refusals import explain_refusal
from app.dates.wording import read_wording
from app.schemas.timeline import describe_reading

_FIELDS = ("start_kind", "start_edtf", "end_kind", "end_edtf", "recurrence")
# The field of the form that has what a wording depends on.
_CONTROLS = {ANCHOR: "anchor", FISCAL_YEAR: "fiscal", YEAR: "year"}
_ADVICE = {
    ANCHOR: "Say below from which day it counts.",
    FISCAL_YEAR: "Say below in which month fiscal years begin.",
    YEAR: "Say below which year is meant.",
}
_LAST_MONTH = 12


def read_dates(state: EditState, language: str) -> tuple[EditState, list[FormProblem]]:
    """The form with the dates that its wording means; or unchanged, with the problem."""
    wording = state.values["wording"].strip()
    if not wording:
        return state, [_problem("Type the words of the document for the time first.")]
    if language not in list_languages():
        language = DEFAULT_LANGUAGE
    context, problem = _make_context(state.context, language)
    if problem is not None:
        return state, [problem]
    reading = read_wording(wording, context)
    if reading is None:
        return state, [_problem(f"{wording!r} {explain_refusal(wording, language)}")]
    if reading.needs is not None:
        return state, [_describe_need(wording, reading.needs)]
    described = describe_reading(wording, reading)
    return _fill(state, described), []


def _fill(state: EditState, described: Mapping[str, Any]) -> EditState:
    values = {name: described[name] or "" for name in _FIELDS}
    derived: Mapping[str, str] = described["derived"]
    reasons = {name: state.reasons.get(name, "") for name in _FIELDS}
    for side, names in SIDES.items():
        for name in names:
            # A side in one entry has one reason.
            shared = (derived.get(key, "") for key in SIDES[side])
            reason = next(filter(None, shared), "") if side in state.joined else ""
            reasons[name] = reason or derived.get(name, "")
    return state.with_values(values, reasons)


def _make_context(
    given: Mapping[str, str], language: str
) -> tuple[Context, FormProblem | None]:
    anchor = None
    if given.get("anchor"):
        try:
            anchor = date.fromisoformat(given["anchor"])
        except ValueError:
            detail = f"{given['anchor']!r} is not a day such as 2025-09-16."
            return Context(), _problem(detail, "anchor")
    year = given.get("year", "")
    month = given.get("fiscal", "")
    if year and not (year.isdecimal() and len(year) == 4):
        return Context(), _problem(f"{year!r} is not a year such as 2026.", "year")
    if month and not (month.isdecimal() and 1 <= int(month) <= _LAST_MONTH):
        return Context(), _problem(f"{month!r} is not a month from 1 to 12.", "fiscal")
    context = Context(
        anchor=anchor,
        language=language,
        year=int(year) if year else None,
        fiscal_year_start=int(month) if month else None,
    )
    return context, None


def _describe_need(wording: str, needs: str) -> FormProblem:
    if needs.startswith(EVENT):
        detail = (
            f"{wording!r} needs {needs}. Write the dates yourself, or leave the words alone."
        )
        return _problem(detail)
    return _problem(f"{wording!r} needs {needs}. {_ADVICE[needs]}", _CONTROLS[needs])


def _problem(detail: str, anchor: str = "f-wording") -> FormProblem:
    return FormProblem(f"Wording of the time: {detail}", anchor, "wording")
