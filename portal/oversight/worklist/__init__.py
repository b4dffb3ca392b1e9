"""The advisor's work: what is due, where every case stands, and how long the steps take."""
