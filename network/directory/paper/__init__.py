"""Paper: the hotline poster and card, and the printed directory. Set by typst in a process of its own."""
