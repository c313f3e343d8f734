"""The page where work waits for the person who has just signed in."""
