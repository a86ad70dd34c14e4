"""The reports by e-mail, weekly or monthly, for leads who asked for them."""
