"""Work that is due: found, leased, done in one transaction per item, tried again later, and shown when it keeps failing."""
