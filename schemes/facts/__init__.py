"""What may be asked of people, the lists it is held against, and what an answer can be."""

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
