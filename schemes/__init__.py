"""What a scheme is, and the schemes of a region: typed data, money, facts, conditions and funding.

This package is pure: pydantic and PyYAML, no web, no database, no solver, no clock. Everything that depends on a day takes
that day as an argument. Reasons are codes with parameters (`schemes.basics.codes`); sentences are written elsewhere.

Start reading at `definition.SchemeDefinition`, `conditions.evaluate` and `region.load_region`.
"""
