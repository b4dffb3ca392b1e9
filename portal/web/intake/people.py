"""Forms about people: how to be reached, and who applies. Only the fields that the chosen way needs are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from portal.cases.applications.actions import ApplicantDetails
from portal.cases.origins.models import HeardFrom
from portal.cases.questions.models import ContactDetails, ContactWay
from portal.platform.i18n import lazy_gettext as _l
from portal.post.messages.models import MessageTopic
from portal.web.forms import (
    BirthDateField,
    ChoiceField,
    ChoicesField,
    ConfirmField,
    EmailField,
    Form,
    KvkField,
    NameField,
    PhoneField,
    PostcodeField,
    TextField,
    add_error,
)
from portal.words.labels import MORE_BY_MAIL, choices
from portal.words.origin_labels import HEARD_FROM

FIELDS_OF = {
    "email": ("email",),
    "phone": ("phone",),
    "post": ("street", "house_number", "postcode", "city"),
}
MISSING = {
    "email": _l("Vul uw e-mailadres in, bijvoorbeeld naam@voorbeeld.nl."),
    "phone": _l("Vul uw telefoonnummer in, bijvoorbeeld 06 12345678."),
    "street": _l("Vul uw straat in."),
    "house_number": _l("Vul uw huisnummer in."),
    "postcode": _l("Vul uw postcode in, bijvoorbeeld 7411 AB."),
    "city": _l("Vul uw woonplaats in."),
}


class HouseNumberField(TextField):
    """A house number with its addition: starts with a digit."""

    def read(self, text: str) -> str:
        if not text[:1].isdigit():
            raise ValueError(_l("Een huisnummer begint met een cijfer, bijvoorbeeld 12 of 12a."))
        return super().read(text)


class ContactForm(Form):
    """Name, and one way to be reached."""

    name = NameField(_l("Uw naam"), missing=_l("Vul uw naam in."))
    way = ChoiceField(
        _l("Hoe wilt u antwoord krijgen?"),
        choices=[("email", _l("Per e-mail")), ("phone", _l("Per telefoon")), ("post", _l("Per brief"))],
        missing=_l("Kies hoe u antwoord wilt krijgen."),
    )
    email = EmailField(_l("E-mailadres"), optional=True)
    by_mail = ChoicesField(
        _l("Wat mogen wij u ook per e-mail sturen?"),
        optional=True,
        choices=choices(MORE_BY_MAIL),
    )
    phone = PhoneField(_l("Telefoonnummer"), optional=True)
    street = NameField(_l("Straat"), optional=True)
    house_number = HouseNumberField(_l("Huisnummer"), optional=True, maximum=20)
    postcode = PostcodeField(_l("Postcode"), optional=True)
    city = NameField(_l("Woonplaats"), optional=True)

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid when the fields of the chosen way are; the fields of the other ways are not looked at."""
        super().validate(extra_validators)
        needed = FIELDS_OF.get(self.way.data or "", ())
        for names in FIELDS_OF.values():
            for name in names:
                field = self._fields[name]
                if name not in needed:
                    field.errors = []
                elif field.data is None and not field.errors:
                    add_error(field, MISSING[name])
        if "email" not in needed:
            self.by_mail.errors = []
        return not self.errors

    def details(self) -> ContactDetails:
        """What the action takes: the name and the fields of the chosen way, nothing else."""
        given = {name: self._fields[name].data for name in FIELDS_OF[self.way.data]}
        agreed = tuple(MessageTopic(topic) for topic in self.by_mail.data or ()) if self.way.data == "email" else ()
        return ContactDetails(way=ContactWay(self.way.data), name=self.name.data, by_mail=agreed, **given)


class SendForm(ContactForm):
    """How to be reached, and what nobody has to say: how one heard of the desk."""

    heard_from = ChoiceField(_l("Hoe hoorde u van dit loket?"), optional=True, choices=choices(HEARD_FROM))

    def heard(self) -> HeardFrom | None:
        """What was chosen; None when nothing was."""
        return HeardFrom(self.heard_from.data) if self.heard_from.data else None


class ApplyForm(Form):
    """The application of a resident: named schemes, who applies, confirmed."""

    schemes = ChoicesField(_l("Voor welke regeling doet u de aanvraag?"), missing=_l("Kies minstens één regeling."))
    name = NameField(
        _l("Uw voornaam en achternaam"), missing=_l("Vul uw naam in. Wij hebben die nodig voor uw aanvraag.")
    )
    birth_date = BirthDateField(_l("Uw geboortedatum"), missing=_l("Vul uw geboortedatum in, bijvoorbeeld 31-12-1985."))
    street = NameField(_l("Straat"), missing=MISSING["street"])
    house_number = HouseNumberField(_l("Huisnummer"), missing=MISSING["house_number"], maximum=20)
    postcode = PostcodeField(_l("Postcode"), missing=MISSING["postcode"])
    city = NameField(_l("Woonplaats"), missing=MISSING["city"])
    confirmed = ConfirmField(
        _l("Ik vraag deze regeling aan. Ik heb alles naar waarheid ingevuld."),
        missing=_l("Zet een vinkje als u de aanvraag wilt doen."),
    )

    apart: Callable[[Sequence[str]], None] | None = None
    """Refuses schemes that exclude each other."""

    def validate_schemes(self, field: ChoicesField) -> None:
        """What cannot be chosen together is said with all else that is wrong, not once the rest is right."""
        if self.apart is not None:
            with self.refusals():
                self.apart(field.data or ())

    def applicant(self) -> ApplicantDetails:
        """Who applies, as the action takes it."""
        return ApplicantDetails(
            name=self.name.data,
            birth_date=self.birth_date.data,
            street=self.street.data,
            house_number=self.house_number.data,
            postcode=self.postcode.data,
            city=self.city.data,
        )


class EmployerApplyForm(ApplyForm):
    """The application of an employer for one employee."""

    name = NameField(_l("Naam van de organisatie"), missing=_l("Vul de naam van uw organisatie in."))
    kvk_number = KvkField(_l("KVK-nummer"), missing=_l("Vul het KVK-nummer in: acht cijfers."))
    learner_name = NameField(_l("Naam van uw werknemer"), missing=_l("Vul de naam van uw werknemer in."))
    birth_date = BirthDateField(
        _l("Geboortedatum van uw werknemer"),
        missing=_l("Vul de geboortedatum van uw werknemer in, bijvoorbeeld 31-12-1985."),
    )
    street = NameField(_l("Straat van de vestiging"), missing=_l("Vul de straat van de vestiging in."))
    city = NameField(_l("Plaats"), missing=_l("Vul de plaats in."))

    def applicant(self) -> ApplicantDetails:
        """Who applies, as the action takes it."""
        return ApplicantDetails(
            name=self.name.data,
            birth_date=self.birth_date.data,
            street=self.street.data,
            house_number=self.house_number.data,
            postcode=self.postcode.data,
            city=self.city.data,
            kvk_number=self.kvk_number.data,
            learner_name=self.learner_name.data,
        )
