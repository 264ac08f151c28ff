"""How much texts are alike: the cosine of TF-IDF vectors of stemmed words, and of character 3- to 5-grams, in equal parts.

Words find the same matter in other forms, characters find compounds that share a part (samverkansform, samverkan). What
comes out is a hint for people, ranked; nothing is ever merged because of it. Weighting: Salton and Buckley, "Term-weighting
approaches in automatic text retrieval" (1988), with the logarithm of counts.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hackathon.core.words import stem, words

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GRAMS = (3, 4, 5)
BITS = 22
"""Features are told apart by this many bits of a hash; at some ten thousand features few fall together."""
COLUMNS = 8192
"""How many columns the features share where all texts are compared with all."""
ALIKE = 0.25
"""From here on two short texts are worth a look. Of the demo's 398 findings, all written to differ, twenty pairs reach it."""
LONGEST = 600
"""How many characters of a text are compared."""


def likeness(text: str, others: Sequence[str]) -> Floats:
    """How much `text` is like each of the others, from 0 to 1."""
    if not others or not text.strip():
        return np.zeros(len(others))
    texts = [text, *others]
    return (_cosines(*_words_of(texts), len(texts)) + _cosines(*_grams_of(texts), len(texts)))[1:] / 2


@lru_cache(maxsize=8)
def likest(texts: tuple[str, ...], least: float = ALIKE) -> tuple[tuple[tuple[int, float], ...], ...]:
    """For each text the others that are at least this much like it, as (position, likeness), the likest first."""
    if len(texts) < 2:
        return tuple(() for _ in texts)
    alike = (_all_cosines(*_words_of(texts), len(texts)) + _all_cosines(*_grams_of(texts), len(texts))) / 2
    np.fill_diagonal(alike, 0.0)
    found = []
    for row in alike:
        near = np.flatnonzero(row >= least)
        found.append(tuple((int(place), float(row[place])) for place in near[np.argsort(-row[near], kind="stable")]))
    return tuple(found)


def _words_of(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Which text holds which word, as two arrays of the same length."""
    documents: list[int] = []
    features: list[int] = []
    for number, text in enumerate(texts):
        found = [_number(stem(word)) for word in words(text[:LONGEST])]
        features += found
        documents += [number] * len(found)
    return np.array(documents, dtype=np.int64), np.array(features, dtype=np.int64)


@lru_cache(maxsize=50_000)
def _number(word: str) -> int:
    return zlib.crc32(word.encode()) & ((1 << BITS) - 1)


def _grams_of(texts: Sequence[str]) -> tuple[Ints, Ints]:
    """Which text holds which run of 3, 4 or 5 characters: all runs of all texts at once, by a rolling hash."""
    lines = [f" {' '.join(words(text[:LONGEST]))} " for text in texts]
    signs = np.frombuffer("".join(lines).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    owner = np.repeat(np.arange(len(lines), dtype=np.int64), [len(line) for line in lines])
    documents, features = [], []
    for length in GRAMS:
        if len(signs) < length:
            continue
        run = np.zeros(len(signs) - length + 1, dtype=np.int64)
        for offset in range(length):
            run = (run * 1_000_003 + signs[offset : offset + len(run)]) & 0x7FFFFFFFFFF
        whole = owner[: len(run)] == owner[length - 1 :]  # Not from the end of one text into the next.
        documents.append(owner[: len(run)][whole])
        features.append(((run[whole] >> 7) ^ run[whole] ^ length) & ((1 << BITS) - 1))
    if not documents:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    return np.concatenate(documents), np.concatenate(features)


def _weigh(documents: Ints, features: Ints, count: int) -> tuple[Ints, Ints, Floats, int]:
    """One weight for each text and feature in it, of length 1 per text; features are numbered from 0."""
    keys, times = np.unique((documents << BITS) | features, return_counts=True)
    documents = keys >> BITS
    _known, features = np.unique(keys & ((1 << BITS) - 1), return_inverse=True)
    spread = np.bincount(features)
    weights = (1 + np.log(times)) * (np.log((1 + count) / (1 + spread[features])) + 1)
    length = np.sqrt(np.bincount(documents, weights**2, minlength=count))
    return documents, features, weights / length[documents], len(spread)


def _cosines(documents: Ints, features: Ints, count: int) -> Floats:
    """The cosine of the first text with each of all."""
    if not len(documents):
        return np.zeros(count)
    documents, features, weights, width = _weigh(documents, features, count)
    first = np.zeros(width)
    first[features[documents == 0]] = weights[documents == 0]
    found: Floats = np.bincount(documents, weights * first[features], minlength=count).astype(np.float64)
    return found


def _all_cosines(documents: Ints, features: Ints, count: int) -> Floats:
    if not len(documents):
        return np.zeros((count, count))
    documents, features, weights, width = _weigh(documents, features, count)
    columns = min(width, COLUMNS)
    table = np.zeros((count, columns), dtype=np.float32)
    np.add.at(table, (documents, features % columns), weights.astype(np.float32))
    found: Floats = (table @ table.T).astype(np.float64)
    return found
