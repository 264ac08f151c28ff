"""Pure rules about accounts."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import timedelta
from urllib.parse import urlsplit

from hackathon.accounts.common_passwords import COMMON_PASSWORDS

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LONGEST_NAME = 100
SESSION_LENGTH = timedelta(days=30)
VERIFICATION_LENGTH = timedelta(days=2)
RESET_LENGTH = timedelta(hours=1)
SIGN_IN_LINK_LENGTH = timedelta(minutes=15)
PENDING_LENGTH = timedelta(minutes=10)
"""How long a sign-in may stop between the password and the second factor."""
TOTP_SECONDS = 30
MOST_FAILED_ATTEMPTS = 10
ATTEMPT_WINDOW = timedelta(minutes=1)

FEWEST_CHARACTERS = 5
"""A password needs at least so many different characters."""

_UNSAFE_IN_PATH = re.compile(r"[\\\x00-\x20\x7f]")
_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]+")


def normalised_email(text: str) -> str:
    """The address as it is stored and compared: without blanks around it, in lower case."""
    return text.strip().lower()


def one_line(text: str) -> str:
    """The text on one line, without characters that nobody sees."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def looks_like_email(text: str) -> bool:
    """Whether the text has the shape of an address; whether it works, only a mail to it can tell."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def is_common_password(password: str) -> bool:
    """Whether the password is among the first that a guesser tries: well known, or a few characters over and over."""
    plain = "".join(password.casefold().split())
    return plain in COMMON_PASSWORDS or len(set(plain)) < FEWEST_CHARACTERS or _repeats_a_piece(plain)


def _repeats_a_piece(text: str) -> bool:
    """Whether the text is one short piece several times, such as "abc1abc1abc1"."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def local_path(target: str | None) -> str | None:
    """The target where it is a path on this site, else None: nobody is sent elsewhere by a link that looks like ours."""
    if not target or not target.startswith("/") or target.startswith("//") or _UNSAFE_IN_PATH.search(target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def is_invented(email: str) -> bool:
    """Whether the address can belong to nobody: `.example` is kept free for examples (RFC 2606)."""
    return email.endswith(".example")


_STRONG_METHODS = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "pin"})


def is_strong(methods: Collection[str]) -> bool:
    """Whether a provider's authentication methods (`amr`, RFC 8176) name a second factor."""
    return bool(_STRONG_METHODS & set(methods))


def device_name(user_agent: str) -> str:
    """Browser and system in two words, as somebody recognises the own device: "Firefox, Linux"."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
