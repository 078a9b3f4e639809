"""Numbers of things in a sentence."""


def count_things(
    number: int,
    noun: str,
    plural: str | None = None,
) -> str:
    """`1 claim`, `2,000 claims`."""
    if number == 1:
        return f"1 {noun}"
    plural = plural or f"{noun}s"
    return f"{number:,} {plural}"
