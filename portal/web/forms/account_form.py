"""The form that asks on which account somebody wants to be paid."""

from __future__ import annotations

from portal.platform.i18n import lazy_gettext as _l
from portal.web.forms.forms import Form, IbanField, TextField


class BankAccountForm(Form):
    """The name and the number of an account."""

    payee_name = TextField(
        _l("Naam van de rekening"), missing=_l("Vul in op welke naam de rekening staat."), maximum=70
    )
    iban = IbanField(_l("Rekeningnummer (IBAN)"), missing=_l("Vul het rekeningnummer in waarop wij betalen."))
