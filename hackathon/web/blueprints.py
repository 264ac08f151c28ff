"""All blueprints, in the order of the event."""

from __future__ import annotations

from hackathon.accounts.views import blueprint as accounts
from hackathon.api.views import blueprint as api
from hackathon.followup.views import blueprint as followup
from hackathon.ideas.views import blueprint as ideas
from hackathon.judging import order_views as _order  # noqa: F401 - adds its pages to the blueprint of judging.
from hackathon.judging.review import views as _review  # noqa: F401 - adds its pages to the blueprint of judging.
from hackathon.judging.views import blueprint as judging
from hackathon.matching.views import blueprint as matching
from hackathon.portal.views import blueprint as portal
from hackathon.registration.views import blueprint as registration
from hackathon.teams.views import blueprint as teams
from hackathon.workshops.views import blueprint as workshops

ALL = (portal, accounts, registration, workshops, ideas, matching, teams, judging, followup, api)
