"""Texts that are unreadable in the database file and in backups: sealed with DATA_KEY, which lies in neither.

Fernet (AES-128-CBC with HMAC-SHA-256, of the cryptography package); whoever changes a sealed text makes it unreadable.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app


class SealBroken(Exception):
    """A sealed text that this key does not open: DATA_KEY was changed, or the text was."""


def _fernet() -> Fernet:
    key: str = current_app.config["SETTINGS"].data_key
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


def seal(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """The text again. Raises SealBroken where the key is another one."""
    try:
        return _fernet().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise SealBroken("DATA_KEY does not open what was sealed; set the key that it was sealed with.") from error
