"""What a visitor typed, understood: operators, slips, shorthand, who asks for a person."""
