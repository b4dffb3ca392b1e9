"""What became of it: asked a week, six and twelve months after a training ended, linked to schemes and funders."""
