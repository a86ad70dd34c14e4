"""The shell of the site: settings, database, sign-in, pages' frame and the command line."""
