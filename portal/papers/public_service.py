"""The public catalogue as linked data: every scheme as a public service in CPSV-AP 3.2 (JSON-LD), in Dutch and English.

Terms: the CPSV-AP 3.2.0 context of SEMIC. What has no term there (shares, caps) stands in words under `cpsv:produces`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from portal.platform.i18n import LOCALES, use_locale
from portal.words.definition_words import amounts_of
from portal.words.labels import SCHEME_KINDS, SCHEME_STATES, label
from portal.words.names import Names
from portal.words.wording import rule_sentence
from schemes.definition import SchemeDefinition, Source
from schemes.evaluation import describe
from schemes.region import RegionBody
from schemes.region.loading import LoadedRegion

AUTHORITY = "http://publications.europa.eu/resource/authority/"
CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LANGUAGES = [{"@id": f"{AUTHORITY}language/NLD"}, {"@id": f"{AUTHORITY}language/ENG"}]
NETHERLANDS = {"@id": f"{AUTHORITY}atu/NLD"}

Node = dict[str, Any]


def catalogue_document(region: LoadedRegion, on: date, address: str) -> Node:
    """Every scheme of the region with the desk as publisher. `address` is where the public pages stand, without a slash."""
    services = [service_node(one, region, on, address) for _, one in sorted(region.schemes.items())]
    home = f"{address}/alle-regelingen"
    dataset: Node = {
        "@id": f"{home}#catalogue",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{home}#catalogue",
        "dct:title": _texts(region.region.name.nl, region.region.name.en),
        "dct:publisher": _publisher(region, address),
        "dcat:landingPage": {"@id": home},
        "dct:hasPart": [{"@id": node["@id"]} for node in services],
    }
    return {"@context": CONTEXT, "@graph": [dataset, *services]}


def service_document(definition: SchemeDefinition, region: LoadedRegion, on: date, address: str) -> Node:
    """One scheme as a document of its own."""
    return {"@context": CONTEXT, "@graph": [service_node(definition, region, on, address)]}


def service_node(definition: SchemeDefinition, region: LoadedRegion, on: date, address: str) -> Node:
    """One scheme as a public service; its address is its identifier."""
    here = f"{address}/alle-regelingen/{definition.scheme}"
    weeks = definition.decision_weeks or (
        region.region.settings.decision_weeks if definition.administered == "here" else None
    )
    node: Node = {
        "@id": here,
        "@type": "cpsv:PublicService",
        "dct:identifier": definition.scheme,
        "dct:title": _texts(definition.title.nl, definition.title.en),
        "dct:description": _texts(definition.summary.nl, definition.summary.en),
        "dct:language": LANGUAGES,
        "dct:spatial": NETHERLANDS,
        "dcat:keyword": _in_both(lambda: label(SCHEME_KINDS, definition.kind)),
        "adms:status": {
            "@id": f"{here}#status",
            "@type": "skos:Concept",
            "skos:notation": definition.availability(on).state,
            "skos:prefLabel": _in_both(lambda: str(SCHEME_STATES[definition.availability(on).state][0])),
        },
        "cv:hasCompetentAuthority": _organisation(region.organisations[definition.owner], address),
        "cv:holdsRequirement": list(_requirements(definition, region, on, here)),
        "cpsv:hasInput": [
            {"@id": f"{here}#evidence-{number}", "@type": "cv:Evidence", "dct:identifier": f"evidence-{number}",
             "dct:title": _texts(text.nl, text.en)}
            for number, text in enumerate(definition.evidence, start=1)
        ],
        "cpsv:produces": _output(definition, region, on, here),
        "cv:hasChannel": _channel(definition, here),
        "cv:hasLegalResource": [_legal(source, here, number) for number, source in enumerate(definition.sources, start=1)],
    }  # fmt: skip
    if weeks is not None:
        node["cv:processingTime"] = {"@type": "xsd:duration", "@value": f"P{weeks * 7}D"}
    if definition.administered == "here" and region.region.desk is not None:
        node["cv:contactPoint"] = _contact(region, here)
    return {key: value for key, value in node.items() if value not in ([], None)}


def _texts(nl: str, en: str) -> list[Node]:
    return [{"@language": "nl", "@value": nl}, {"@language": "en", "@value": en}]


def _in_both(words: Callable[[], object]) -> list[Node]:
    found: list[Node] = []
    for language in LOCALES:
        with use_locale(language):
            found.append({"@language": language, "@value": str(words())})
    return found


def _organisation(organisation: RegionBody, address: str) -> Node:
    node: Node = {
        "@id": f"{address}/alle-regelingen#organisation-{organisation.id}",
        "@type": "cv:PublicOrganisation",
        "dct:identifier": organisation.id,
        "skos:prefLabel": _texts(organisation.name.nl, organisation.name.en),
        "dct:spatial": NETHERLANDS,
    }
    if organisation.url is not None:
        node["foaf:homepage"] = {"@id": organisation.url}
    return node


def _publisher(region: LoadedRegion, address: str) -> Node:
    name = region.region.desk.name if region.region.desk is not None else region.region.name
    return {
        "@id": f"{address}/#desk",
        "@type": "foaf:Agent",
        "dct:identifier": region.region.region,
        "dct:title": _texts(name.nl, name.en),
    }


def _requirements(definition: SchemeDefinition, region: LoadedRegion, on: date, here: str) -> Iterator[Node]:
    names = Names.of_region(region)
    for number, condition in enumerate(definition.conditions, start=1):
        identifier = condition.id or f"requirement-{number}"
        rule = describe(condition, on, region.references)
        node: Node = {
            "@id": f"{here}#{identifier}",
            "@type": "cv:Requirement",
            "dct:identifier": identifier,
            "dct:title": _in_both(partial(rule_sentence, rule, names)),
        }
        if condition.article is not None:
            node["dct:description"] = _texts(condition.article, condition.article)
        yield node
    for number, text in enumerate(definition.also_required, start=1):
        yield {
            "@id": f"{here}#also-{number}",
            "@type": "cv:Requirement",
            "dct:identifier": f"also-{number}",
            "dct:title": _texts(text.nl, text.en),
        }


def _output(definition: SchemeDefinition, region: LoadedRegion, on: date, here: str) -> list[Node]:
    def amounts() -> str:
        return "; ".join(
            f"{row['label']}: {row['value']}" for row in amounts_of(definition, on, Names.of_region(region))
        )

    node: Node = {
        "@id": f"{here}#output",
        "@type": "cv:Output",
        "dct:identifier": "output",
        "dct:title": _in_both(lambda: label(SCHEME_KINDS, definition.kind)),
        "dct:description": _in_both(amounts),
    }
    return [{key: value for key, value in node.items() if not _blank(value)}]


def _blank(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) and one.get("@value") == "" for one in value)


def _channel(definition: SchemeDefinition, here: str) -> list[Node]:
    node: Node = {
        "@id": f"{here}#channel",
        "@type": "cv:Channel",
        "dct:identifier": "channel",
        "dct:description": _texts(definition.apply.how.nl, definition.apply.how.en),
    }
    if definition.apply.url is not None:
        node["foaf:page"] = {"@id": definition.apply.url}
    return [node]


def _legal(source: Source, here: str, number: int) -> Node:
    where = ", ".join(part for part in (source.article, source.reference) if part)
    node: Node = {
        "@id": source.url or f"{here}#source-{number}",
        "@type": "eli:LegalResource",
        "dct:title": _texts(source.title, source.title),
    }
    if where:
        node["dct:description"] = _texts(where, where)
    if source.as_of is not None:
        node["dct:date"] = {"@type": "xsd:date", "@value": source.as_of.isoformat()}
    return node


def _contact(region: LoadedRegion, here: str) -> list[Node]:
    desk = region.region.desk
    if desk is None:
        return []
    node: Node = {"@id": f"{here}#contact", "@type": "cv:ContactPoint"}
    for key, value in (("cv:email", desk.email), ("cv:telephone", desk.phone)):
        if value:
            node[key] = value
    if desk.url:
        node["cv:contactPage"] = {"@id": desk.url}
    return [node]


def missing_properties(document: Node) -> list[str]:
    """What CPSV-AP 3.2 asks at least and the document does not have: `identifier: property`. Empty: nothing."""
    return [
        f"{node.get('@id')}: {wanted}"
        for node in _nodes(document.get("@graph", []))
        for wanted in MANDATORY.get(str(node.get("@type")), ())
        if not node.get(wanted)
    ]


MANDATORY: dict[str, tuple[str, ...]] = {
    "cpsv:PublicService": ("dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"),
    "cv:PublicOrganisation": ("dct:identifier", "skos:prefLabel", "dct:spatial"),
    "cv:Requirement": ("dct:identifier", "dct:title"),
    "cv:Evidence": ("dct:identifier", "dct:title"),
    "cv:Output": ("dct:identifier", "dct:title"),
    "cv:Channel": ("dct:identifier",),
    "dcat:Dataset": ("dct:identifier", "dct:title", "dct:publisher"),
    "foaf:Agent": ("dct:identifier", "dct:title"),
}
"""The mandatory properties of CPSV-AP 3.2.0 for the classes that are used here."""


def _nodes(value: Any) -> Iterable[Node]:
    if isinstance(value, dict):
        if "@type" in value and "@value" not in value:
            yield value
        for part in value.values():
            yield from _nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _nodes(part)
