#!/usr/bin/env bash
# Collects the Swedish texts of code and templates into the English catalogue. What is new stands there without translation.
set -euo pipefail
cd "$(dirname "$0")/.."
template=$(mktemp --suffix=.pot)
trap 'rm -f "$template"' EXIT
.venv/bin/pybabel -q extract -F scripts/babel.cfg -k _l -k lazy_gettext --no-location --sort-output --omit-header -o "$template" .
if [ -f hackathon/translations/en/LC_MESSAGES/messages.po ]; then
  .venv/bin/pybabel -q update -l en -d hackathon/translations -i "$template" --no-fuzzy-matching --ignore-obsolete --omit-header
else
  .venv/bin/pybabel -q init -l en -d hackathon/translations -i "$template"
fi
.venv/bin/pybabel -q compile -f -d hackathon/translations
