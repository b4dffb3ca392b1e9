"""Coming in by an identity service: visits that were begun, and which account is whom there."""
