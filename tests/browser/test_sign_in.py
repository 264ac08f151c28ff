"""Passkeys with a virtual authenticator, and codes of an app, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest

from tests.browser.conftest import OpenWindow, Window
from tests.server import RunningServer, free_port, running_server

pytestmark = pytest.mark.browser
EMAIL, PASSWORD = "arrangor1@demo.skills360.example", "skills360-demo"


@pytest.fixture(scope="module")
def named_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that is known by a name: browsers allow no passkeys where the address is a number."""
    port = str(free_port())
    with running_server(
        tmp_path_factory.mktemp("named"), stage="ideas", PORT=port, BASE_URL=f"http://localhost:{port}"
    ) as server:
        yield server


def with_authenticator(window: Window) -> Window:
    """Gives the window a virtual authenticator that unlocks itself."""
    session = window.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    return window


def test_passkey_signs_in_without_a_password(named_server: RunningServer, open_window: OpenWindow) -> None:
    window = with_authenticator(open_window(named_server.url.replace("127.0.0.1", "localhost"), phone=True))
    window.sign_in(EMAIL, PASSWORD)
    page = window.goto("/account/passkeys/new")
    page.get_by_role("button", name="Skapa nyckeln").click()
    page.get_by_text("Nyckeln är tillagd").wait_for()
    page.get_by_role("button", name="Logga ut här").click()
    page.get_by_role("link", name="Logga in med en nyckel").click()
    page.get_by_role("button", name="Använd nyckeln").click()
    page.wait_for_url("**/home")
    # From now on the password alone is not enough, though this is a demo: the key is the second step.
    window.goto("/account/")
    page.get_by_role("button", name="Logga ut här").click()
    page.locator("input[name=email]:visible").fill(EMAIL)
    page.locator("input[name=password]:visible").fill(PASSWORD)
    page.locator("input[name=password]:visible").press("Enter")
    page.wait_for_url("**/second-step")
    page.get_by_role("button", name="Använd nyckeln").click()
    page.wait_for_url("**/home")
    assert window.complaints == []


def test_code_of_an_app_is_set_up_with_the_keyboard_and_asked_for(
    named_server: RunningServer, open_window: OpenWindow
) -> None:
    window = open_window(named_server.url, phone=True)
    page = window.sign_in(EMAIL.replace("1", "2"), PASSWORD)
    window.goto("/account/app")
    app = pyotp.TOTP((page.locator("code.key").text_content() or "").replace(" ", ""))
    page.get_by_label("Kod från appen").fill(app.now())
    page.keyboard.press("Enter")
    page.get_by_text("Appen är tillagd").wait_for()
    window.context.clear_cookies()
    window.sign_in(EMAIL.replace("1", "2"), PASSWORD)
    page.wait_for_url("**/second-step")
    assert page.get_by_label("Kod från appen").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert window.complaints == []
