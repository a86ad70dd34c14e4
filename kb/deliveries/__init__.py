"""What is to reach other programs: kept in the database until it has, with growing waits."""
