"""Getting back what was paid too much (Awb 4:57): a plan of instalments, what was received, missed or written off."""
