"""What every department stands on."""
