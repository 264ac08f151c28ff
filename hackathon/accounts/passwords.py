"""Passwords: argon2id at about 30 ms. Hash and verify outside of transactions; nobody waits for a hash."""

from __future__ import annotations

import functools

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # 19 MiB, as OWASP advises


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@functools.cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody has this password")


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether the password fits. Takes as long for an unknown account, so that time tells nothing."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
