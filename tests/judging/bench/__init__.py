"""`make bench-judging`: how well the official model finds a truth that is known, beside the raw mean and Crowd-BT."""
