"""What the views say, as lines of content: pure functions of what is known and a width."""
