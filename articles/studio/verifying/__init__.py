"""Articles that want to be read again: rules, turns, letters, and “still right”."""
