"""The pure rules of accounts."""

from __future__ import annotations

import pytest

from hackathon.accounts.common_passwords import COMMON_PASSWORDS
from hackathon.accounts.rules import (
    SHORTEST_PASSWORD,
    device_name,
    is_common_password,
    local_path,
    looks_like_email,
    one_line,
)


@pytest.mark.parametrize("path", ["/", "/events/skills360/ideas?q=%C3%A5&page=2", "/a//b", "/a?next=https://x.org/"])
def test_local_paths_are_followed(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None, "", "events", "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", " //evil.example", "javascript:alert(1)", "http:evil.example", "/a\r\nSet-Cookie: x=y",
    ],
)  # fmt: skip
def test_targets_elsewhere_are_not_followed(target: str | None) -> None:
    assert local_path(target) is None


def test_common_passwords_are_all_long_enough_to_be_chosen() -> None:
    assert len(COMMON_PASSWORDS) >= 100
    assert [password for password in COMMON_PASSWORDS if len(password) < SHORTEST_PASSWORD] == []
    assert all(password == password.casefold() for password in COMMON_PASSWORDS)


@pytest.mark.parametrize(
    "password",
    [
        "Password1234",
        "Lösenord 1234",
        "aaaaaaaaaaaaaaa",
        "abc1abc1abc1",
        "hejhejhejhejhej",
        "Correct Horse Battery Staple",
    ],
)
def test_passwords_that_are_guessed_first_are_common(password: str) -> None:
    assert is_common_password(password)


@pytest.mark.parametrize("password", ["tre gröna bussar", "k7#mQ2!xV9pL", "kaffe moped fjällräv"])
def test_other_passwords_are_not_common(password: str) -> None:
    assert not is_common_password(password)


@pytest.mark.parametrize(
    "text",
    [
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "a b@example.org",
        "anna@example.org\n",
        "x@" + "y" * 300 + ".org",
    ],
)
def test_what_is_no_address_is_seen(text: str) -> None:
    assert not looks_like_email(text)


def test_one_line_has_no_hidden_characters() -> None:
    assert one_line(" Anna\0\r\n Ek\u202e ") == "Anna Ek"


def test_device_is_named_by_browser_and_system() -> None:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"
    assert device_name(agent) == "Safari, iPhone"
    assert device_name("curl/8") == ""
