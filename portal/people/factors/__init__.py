"""The second step of signing in: an app that shows codes, a passkey, or a recovery code for who lost both."""
