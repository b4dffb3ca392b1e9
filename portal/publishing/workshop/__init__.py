"""The workshop: scheme owners write drafts, a gate looks at them, and a second person publishes."""
