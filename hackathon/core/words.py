"""Words as search and comparison see them: in small letters, without accents but å, ä and ö, cut down to their stems.

Swedish and English are stemmed one after the other (Snowball), so that a word is found in either language and nobody has to
say in which one they write. The same text gives the same stems on every database.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"\w+")
_KEPT = frozenset("åäö")
LONGEST_WORD = 40
LEAST_FOR_STEMMING = 4
COMMON = frozenset(
    """
    och i att det som en på är av för med till den har de inte om ett han men var jag sig från vi så kan man när år säger hon
    under också efter eller nu sin där vid mot ska skulle kommer ut får finns vara hade alla andra mycket än här då sedan över bara
    in blir upp även vad få två vill ha många hur mer går sverige detta nya procent skall hos några utan någon något den dem denna
    the of and to a in is it that for on with as are be this by an at from or which not have has was were will can our their its
    """.split()  # noqa: SIM905 - a list of words is easier to read as a text.
)
"""Words that nearly every text has: they are left out, unless a search holds nothing else."""


def fold(text: str) -> str:
    """Small letters, without accents: é becomes e, but å, ä and ö are letters of their own."""
    text = unicodedata.normalize("NFC", text).lower()
    if text.isascii():
        return text
    return "".join(sign if sign.isascii() or sign in _KEPT else _plain(sign) for sign in text)


def _plain(sign: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", sign) if not unicodedata.combining(part))


def words(text: str) -> list[str]:
    """The words of a text, folded, in their order; a word past LONGEST_WORD characters is cut."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text).replace("_", " "))]


@lru_cache(maxsize=1)
def _stemmers() -> tuple[snowballstemmer.stemmer, ...]:
    return snowballstemmer.stemmer("swedish"), snowballstemmer.stemmer("english")


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """The stem of a folded word: möbler and möbel, tests and testing come together. Numbers and short words stay as they are."""
    if len(word) < LEAST_FOR_STEMMING or not word.isalpha():
        return word
    swedish, english = _stemmers()
    # Twice: the first time takes the genitive of the definite plural away, the second what stood before it.
    for stemmer in (swedish, swedish, english):
        word = stemmer.stemWord(word)
    return _SWEDISH_L.sub(r"\1l", word)


_SWEDISH_L = re.compile(r"(\w{2,}[^aeiouyåäöl])(?:eln|el|l)$")
"""möbel and möbl(er), regel and regl(er): Snowball leaves the vowel in one and not in the other."""


def stems(text: str) -> list[str]:
    """The stems of a text's words, in their order, without the commonest words (with them where there are no others)."""
    found = words(text)
    return [stem(word) for word in found if word not in COMMON] or [stem(word) for word in found]
