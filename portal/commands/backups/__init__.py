"""The whole desk as it is at one moment, in one file: made while it is in use, sealed, put back elsewhere, and tried."""
