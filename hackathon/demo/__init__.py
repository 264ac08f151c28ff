"""The demo edition skills360: one event's year, told up to a stage that is true today. All people in it are invented.

`content/` holds the texts. `calendar` says what day it is in the story, `ground`, `crowd`, `proposals`, `discussion`,
`day`, `jury` and `after` tell one part of it each, and `loader` puts it all into the database.
"""
