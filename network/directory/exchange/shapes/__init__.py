"""Records made into columns of our tables, a module for each noun. Pure; what was wrong is told."""
