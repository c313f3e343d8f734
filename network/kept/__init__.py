"""Pages kept until something on them changes: for strangers alone, and never longer than what they show is true."""
