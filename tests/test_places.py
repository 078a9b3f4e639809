"""Where typed words stand in a text: once, several times, or almost."""

from app.text.places import MAX_PASSAGES, MAX_PLACES, find_places

TEXT = """The office trains officers on the harbour wall.
Focus | Outcome
Harbours | Fewer wrecks in winter
Rivers | Fewer wrecks
The ministry’s plan ends in 2033."""


def test_words_that_stand_once_have_one_place() -> None:
    places = find_places(TEXT, "trains officers")
    (place,) = places.places
    assert TEXT[place.start : place.end] == "trains officers"
    assert (place.before, place.after) == ("The office ", " on the harbour wall.")
    assert places.nearest == ()


def test_words_that_stand_twice_are_told_apart_by_what_is_around_them() -> None:
    places = find_places(TEXT, "fewer  wrecks")
    around = [(place.before, place.exact, place.after) for place in places.places]
    assert around == [
        ("Harbours | ", "Fewer wrecks", " in winter"),
        ("Rivers | ", "Fewer wrecks", ""),
    ]
    assert places.count == 2


def test_words_in_another_spelling_are_placed() -> None:
    (place,) = find_places(TEXT, "The ministry's plan").places
    assert place.exact == "The ministry’s plan"


def test_words_that_are_not_there_have_the_nearest_passages_in_whole_words() -> None:
    places = find_places(TEXT, "The office will train officers at the harbour")
    assert (places.count, places.places) == (0, ())
    assert 0 < len(places.nearest) <= MAX_PASSAGES
    assert "office" in places.nearest[0].exact
    for place in places.nearest:
        assert not TEXT[place.start - 1 : place.start].isalnum()
        assert not TEXT[place.end : place.end + 1].isalnum()


def test_words_with_nothing_in_common_have_no_passages() -> None:
    assert find_places(TEXT, "xyzzy").nearest == ()
    assert find_places(TEXT, "").places == ()


def test_frequent_words_are_listed_up_to_a_number_of_places() -> None:
    places = find_places("a wall. " * 200, "wall")
    assert (places.count, len(places.places)) == (200, MAX_PLACES)
