"""What the region should know before it goes wrong, each a plain rule over rows that screens show; and a mail each week."""
