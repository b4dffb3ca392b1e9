"""Collecting what somebody has to pay back: until when it can be, reminders, putting off, costs and interest (Awb title 4.4)."""
