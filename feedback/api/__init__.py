"""What readers say of articles, and the reports, for programs."""
