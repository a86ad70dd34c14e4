"""Questions that suddenly many visitors ask: found within the hour, shown to leads, acted on."""
