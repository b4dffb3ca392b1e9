"""The Flask application: people, records, money and screens."""
