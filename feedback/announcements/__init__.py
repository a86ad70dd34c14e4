"""What customers should know before they ask: notices, known issues, and that they are fixed."""
