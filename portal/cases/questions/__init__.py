"""Development questions: what someone wants to learn or reach, for whom, at what cost, and where the question stands."""
