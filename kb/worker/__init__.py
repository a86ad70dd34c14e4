"""Work beside answering requests: what the site does by the clock, and what it was asked to do later."""
