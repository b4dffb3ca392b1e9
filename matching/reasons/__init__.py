"""Why the mix is as it is."""
