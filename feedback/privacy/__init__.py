"""What the site holds of a person: shown, erased on demand, erased by age."""
