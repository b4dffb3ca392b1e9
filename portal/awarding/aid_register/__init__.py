"""The central register of de-minimis aid: what has to be entered in it by when, and what was."""
