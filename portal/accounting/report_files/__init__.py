"""Files of a large report: asked for by somebody who reads it, made as long work, and kept for who asked, for a while."""
