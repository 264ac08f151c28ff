"""The official model: judges' scores in, a ranking out. Pure: numpy alone, neither Flask nor a database. See docs/judging.md."""
