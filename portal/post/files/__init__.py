"""Files that people hand in: looked at before anything is kept, made anew, sealed, and given back as an attachment only."""
