"""Texts follow the language of the moment, also where a letter in another language is written in between."""

from __future__ import annotations

from flask import Flask, render_template_string
from flask_babel import force_locale

from hackathon.web.language import translate


def test_a_letter_in_another_language_leaves_the_page_alone(app: Flask) -> None:
    with app.test_request_context("/"):
        assert translate("Idéer") == "Idéer"
        with force_locale("en"):
            assert translate("Idéer") == "Ideas"
            assert render_template_string("{{ _('Idéer') }}") == "Ideas"
        assert translate("Idéer") == "Idéer"
        assert render_template_string("{{ _('Idéer') }}") == "Idéer"


def test_variables_are_escaped_on_pages(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render_template_string(
            "{{ _('Team %(number)s', number='<b>') }}|{{ ngettext('%(num)s idé', '%(num)s idéer', 2) }}"
        )
    assert page == "Team &lt;b&gt;|2 idéer"
