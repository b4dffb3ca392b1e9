"""What stands under an attribute in the source is what the JSON Schema says of it, also where a class follows another."""

from typing import Any

from pydantic import Field

from schemes.basics.descriptions import described
from schemes.basics.values import Dated, Day, Model, Text


class Cup(Model):
    """A cup."""

    size: int
    """How much
    goes in."""
    since: Day
    """When it was made."""
    price: Dated[int] = Field(alias="costs")
    """In cents."""
    name: Text
    """What it is called."""
    weight: int = Field(default=1, description="In grams.")
    """Not this."""
    silent: int | None = None


class Mug(Cup):
    """A cup with an ear."""

    since: Day
    ears: tuple["Mug", ...] = ()
    """Mugs of which this is an ear."""


def properties(model: type[Model]) -> dict[str, Any]:
    schema = model.model_json_schema()
    found: dict[str, Any] = schema.get("properties") or schema["$defs"][model.__name__]["properties"]
    return found


def test_the_text_under_an_attribute_is_its_description() -> None:
    found = {name: one.get("description") for name, one in properties(Cup).items()}
    assert found == {
        "size": "How much\ngoes in.",
        "since": "When it was made.",
        "costs": "In cents.",
        "name": "What it is called.",
        "weight": "In grams.",
        "silent": None,
    }


def test_a_class_that_follows_another_says_what_that_one_says_unless_it_declares_anew() -> None:
    found = {name: one.get("description") for name, one in properties(Mug).items()}
    assert found["size"] == "How much\ngoes in." and found["ears"] == "Mugs of which this is an ear."
    assert found["since"] == "A date, YYYY-MM-DD.", "declared anew without a text: what is said of every day"
    assert "since" not in described(Mug)


def test_a_class_without_a_source_has_no_texts() -> None:
    made: type = type("Made", (Model,), {"__annotations__": {"size": int}, "__module__": "nowhere"})
    assert not {"size", *Cup.model_fields} & described(made).keys()
