"""Pledges: what an employer says it will pay towards somebody's development question."""
