"""What visitors wrote with their votes and survey answers, as an inbox for those who mend articles."""
