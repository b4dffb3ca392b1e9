"""What may be asked, and of whom."""

from schemes.facts.facts import (
    UNKNOWN_WORDS,
    Derivation,
    FactDefinition,
    FactDefinitions,
    FactOption,
    FactProblem,
    FactsFile,
    FactType,
    KnownBy,
    ParsedFacts,
    RawFact,
    complete_facts,
    parse_fact,
    parse_facts,
)

__all__ = [
    "UNKNOWN_WORDS",
    "Derivation",
    "FactDefinition",
    "FactDefinitions",
    "FactOption",
    "FactProblem",
    "FactType",
    "FactsFile",
    "KnownBy",
    "ParsedFacts",
    "RawFact",
    "complete_facts",
    "parse_fact",
    "parse_facts",
]
