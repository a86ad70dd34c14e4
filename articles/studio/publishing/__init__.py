"""The way to readers: reviews, comments, dates, preview links, revisions and what differs between them."""
