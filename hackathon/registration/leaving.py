"""The link "I cannot come" of each letter about a place: it gives the place up without signing in, on the morning itself too."""

from __future__ import annotations

from itsdangerous import BadData, URLSafeSerializer


def leave_token(edition_id: int, person_id: int, *, secret: str) -> str:
    """Stands for one person's place in one edition, and for nothing else that they could do."""
    return str(_signer(secret).dumps([edition_id, person_id]))


def read_leave_token(token: str, *, edition_id: int, secret: str) -> int | None:
    """The id of the person whose link this is; None where it is forged or of another edition."""
    try:
        edition, person_id = _signer(secret).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return person_id if edition == edition_id and isinstance(person_id, int) else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt="registration.leave")
