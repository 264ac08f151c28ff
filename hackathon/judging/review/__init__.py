"""After closing: two organisers see scores, judges' health and chances, and may void ballots together."""
