"""Who did what, when, to which revision: a log that only grows."""
