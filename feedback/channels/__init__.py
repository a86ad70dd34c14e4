"""The ways to reach a person: when each is open, and how long an answer takes."""
