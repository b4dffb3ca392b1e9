"""What the region has laid down."""
