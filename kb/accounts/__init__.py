"""People who sign in: users, their roles, and the pages that let them in."""
