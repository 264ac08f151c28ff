"""What every request passes: the gate, headers, language, failures, and what all templates know."""
