"""The outbox: mail and letters, stored with the act and sent after the commit."""
