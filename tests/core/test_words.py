"""Stems, likeness and difference: what search, hints and versions are made of."""

from __future__ import annotations

import numpy as np
import pytest

from hackathon.core.similarity import likeness, likest
from hackathon.core.text import difference
from hackathon.core.words import LONGEST_WORD, fold, stem, stems, words


@pytest.mark.parametrize(
    "forms",
    [
        "möbel möbler möblerna", "regel regler reglerna", "utmaning utmaningar utmaningarna", "myndighet myndigheter myndigheternas",
        "enkel enkla", "regeln regler", "digitalisering digitaliseringen", "test tests testing", "table tables",
    ],
)  # fmt: skip
def test_forms_of_a_word_come_together(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1


def test_fold_keeps_the_swedish_letters_and_drops_accents() -> None:
    assert fold("Åsa ÄR på CAFÉ, Ö") == "åsa är på cafe, ö"
    assert words("snake_case och 2026!") == ["snake", "case", "och", "2026"]
    assert words("x" * 99) == ["x" * LONGEST_WORD]


def test_common_words_count_only_where_there_are_no_others() -> None:
    assert stems("det är en regel") == ["regl"]
    assert stems("det är en") == ["det", "är", "en"]


def test_likest_finds_what_says_the_same() -> None:
    texts = [
        "Testen är gjorda på svenska för svenskar.",
        "Pengarna räcker inte.",
        "Testerna görs på svenska, för svenskar.",
        "",
    ]
    found = likeness(texts[0], texts[1:])
    assert found[1] > 0.4 > found[0]
    assert found[2] == 0
    near = likest(tuple(texts))
    assert [[place for place, _value in row] for row in near] == [[2], [], [0], []]
    assert near[0][0][1] == pytest.approx(near[2][0][1])


def test_likeness_is_one_with_itself_and_symmetric() -> None:
    one, other = "Vi delar på kompetensen mellan myndigheter.", "Myndigheter delar kompetens."
    assert likeness(one, [one, "något helt annat"])[0] == pytest.approx(1)
    assert np.allclose(likeness(one, [other, "x"])[0], likeness(other, [one, "x"])[0])
    assert list(likeness("", ["a"])) == [0]
    assert list(likeness("a", [])) == []


def test_difference_tells_both_texts() -> None:
    before, after = "Vi möts en gång\ni månaden.", "Vi ses två gånger\ni månaden!"
    pieces = difference(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == after
    assert {piece.kind for piece in difference("lika", "lika")} == {"same"}


def test_difference_of_long_texts_is_bounded() -> None:
    before = "\n".join(f"rad {number} med några ord till" for number in range(1500))
    pieces = difference(before, before.replace("rad 700 ", "rad sjuhundra "))
    assert len(pieces) == 4
