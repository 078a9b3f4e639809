"""How often something recurs: "annually", "alle zwei Jahre", "au moins deux fois par an"."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.dates.grammar import Grammar

# The unit of RFC 5545 and how many of it, for each unit that has a rule. Working days have none:
# FREQ and INTERVAL do not say which days of the week they are.
_UNITS = {
    "day": ("DAILY", 1),
    "calendar_day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "month": ("MONTHLY", 1),
    "quarter": ("MONTHLY", 3),
    "half": ("MONTHLY", 6),
    "year": ("YEARLY", 1),
    "decade": ("YEARLY", 10),
}
_FREQUENCIES = {
    "daily": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "monthly": ("MONTHLY", 1),
    "quarterly": ("MONTHLY", 3),
    "half_yearly": ("MONTHLY", 6),
    "yearly": ("YEARLY", 1),
    "two_yearly": ("YEARLY", 2),
}
# The largest that the field takes.
MAX_INTERVAL = 999


@dataclass(frozen=True)
class Frequency:
    """The rule; None if the words name none, as "regularly". The reason, if it is derived."""

    rule: str | None
    reason: str | None = None


class FrequencyReader:
    """Reads words for a frequency in one language."""

    def __init__(self, grammar: Grammar) -> None:
        self._grammar = grammar

    def read(self, text: str) -> Frequency | None:
        """What the whole text says of how often; None if it is not about that."""
        return next(self._read_all(text), None)

    def _read_all(self, text: str) -> Iterator[Frequency]:
        grammar = self._grammar
        for name, (unit, interval) in _FREQUENCIES.items():
            if any(grammar.match(name, text)):
                yield _write_rule(unit, interval)
        if any(grammar.match("irregular", text)):
            yield Frequency(None)
        yield from self._read_every(text)
        yield from self._read_times(text)
        for match in grammar.match("rule_phrases", text):
            yield from self._read_all(match["rule"])
        for match in grammar.match("at_least", text):
            for frequency in self._read_all(match["rule"]):
                yield _add_reason(frequency, "it may recur more often than 'at least' says")

    def _read_every(self, text: str) -> Iterator[Frequency]:
        grammar = self._grammar
        for form, count in (("every", 1), ("every_other", 2), ("every_some", None)):
            for match in grammar.match(form, text):
                number = grammar.number(match) if count is None else count
                unit = _UNITS.get(grammar.unit(match))
                if unit is None or number is None:
                    continue
                interval = unit[1] * number
                if interval <= MAX_INTERVAL:
                    yield _write_rule(unit[0], interval)

    def _read_times(self, text: str) -> Iterator[Frequency]:
        """ "Twice a year": every six months. That they are six months apart is a reading."""
        for match in self._grammar.match("times_a_year", text):
            times = self._grammar.times[match["times"]]
            if times == 1:
                yield _write_rule("YEARLY", 1)
            elif 12 % times == 0:
                frequency = _write_rule("MONTHLY", 12 // times)
                yield _add_reason(frequency, f"{text!r} is read as evenly spaced")


def _write_rule(
    unit: str,
    interval: int,
) -> Frequency:
    """RFC 5545 §3.3.10: an interval of 1 is the default."""
    if interval == 1:
        return Frequency(f"FREQ={unit}")
    return Frequency(f"FREQ={unit};INTERVAL={interval}")


def _add_reason(
    frequency: Frequency,
    reason: str,
) -> Frequency:
    if frequency.rule is None:
        return frequency
    if frequency.reason is not None:
        reason = f"{frequency.reason}; {reason}"
    return Frequency(frequency.rule, reason)
