"""SchemeDefinition: everything the desk knows about one scheme, with its sources. One file per scheme."""

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from schemes.definition.contradictions import contradictions
from schemes.definition.fields import SchemeFields


class SchemeDefinition(SchemeFields):
    """One version of one scheme: who it is for, what it pays, how it stacks, and where that was read."""

    @model_validator(mode="after")
    def _consistent(self) -> "SchemeDefinition":
        for holds, key, code, message in contradictions(self):
            if holds:
                raise PydanticCustomError(code, message, {"at": key})
        return self
