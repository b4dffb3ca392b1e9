"""Training providers: the list, registering one, and approval per scheme."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.framework.catalogue.queries import scheme_titles, schemes_in_force
from portal.people.accounts.actions import ensure_organisation
from portal.people.accounts.models import OrganisationKind
from portal.people.accounts.queries import organisation_by_slug
from portal.platform.clock import now, today
from portal.platform.database import current_session
from portal.platform.i18n import format_date, format_list, localized
from portal.platform.i18n import gettext as _
from portal.spending.providers.actions import approve_provider, register_provider, withdraw_approval
from portal.spending.providers.models import ApprovalState, IbanChange, Provider, ProviderState
from portal.spending.providers.queries import provider_by_public_id, providers, waiting_iban_changes
from portal.web.advisor.blueprint import blueprint
from portal.web.advisor.forms import ApprovalForm, ProviderForm, WithdrawApprovalForm
from portal.web.edge import found, page
from portal.web.edge.policy import current_actor
from portal.words.labels import APPROVAL_STATES, label


@blueprint.get("/opleiders")
def provider_list() -> ResponseReturnValue:
    """All providers, with the schemes for which they may use vouchers."""
    titles, waiting = scheme_titles(current_session(), on=today()), waiting_iban_changes(current_session())
    rows: list[list[Any]] = []
    for provider in providers(current_session(), actor=current_actor()):
        approved = [approval.scheme for approval in provider.approvals if approval.state is ApprovalState.APPROVED]
        listed = provider.state is ProviderState.REGISTERED
        stands: dict[str, Any] = {"text": _("uit de lijst"), "tag": "neutral"}
        if listed:
            account = _account_said(provider, waiting.get(provider.id))
            stands = {"text": _("in de lijst"), "tag": "ok", "note": account}
        rows.append(
            [
                {"text": provider.name, "href": url_for("advisor.provider", provider_id=provider.public_id)},
                provider.kvk_number,
                format_list(titles.get(slug, slug) for slug in approved) if approved else _("nog niet goedgekeurd"),
                stands,
            ]
        )
    return page("advisor/providers.html", rows=rows)


def _account_said(provider: Provider, waiting: IbanChange | None) -> str | None:
    """What has to be done about the account number of a provider."""
    if waiting is not None:
        checked = waiting.checked_at is not None
        return _("rekeningnummer wacht op een tweede medewerker") if checked else _("rekeningnummer wacht op controle")
    return _("geen bevestigd rekeningnummer") if provider.iban is None else None


@blueprint.route("/opleiders/nieuw", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    """Put a provider on the list."""
    session, actor = current_session(), current_actor()
    form = ProviderForm()
    if form.validate_on_submit():
        with form.refusals():
            organisation = ensure_organisation(
                session,
                slug=_slug(form.name.data, form.kvk_number.data),
                name=form.name.data,
                kind=OrganisationKind.PROVIDER,
                actor=actor,
                now=now(),
            )
            made = register_provider(
                session,
                organisation_id=organisation.id,
                name=form.name.data,
                kvk_number=form.kvk_number.data,
                iban=None,
                actor=actor,
                now=now(),
            )
            flash(_("De opleider staat in de lijst. Vraag nu het rekeningnummer aan."), "ok")
            return redirect(url_for("advisor.account_number", provider_id=made.public_id), code=303)
    return page("advisor/register.html", form=form)


def _slug(name: str, kvk_number: str) -> str:
    """A slug for the organisation of a provider; the KVK number keeps two of the same name apart."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "opleider"
    known = organisation_by_slug(current_session(), slug=slug)
    return slug if known is None else f"{slug}-{kvk_number}"


def the_provider(provider_id: str) -> Provider:
    """The provider in the address, or a 404."""
    return found(provider_by_public_id(current_session(), public_id=provider_id, actor=current_actor()))


@blueprint.route("/opleiders/<provider_id>", methods=["GET", "POST"])
def provider(provider_id: str) -> ResponseReturnValue:
    """One provider; approve it for a scheme."""
    session, actor = current_session(), current_actor()
    shown = the_provider(provider_id)
    form = ApprovalForm()
    approved = {approval.scheme for approval in shown.approvals if approval.state is ApprovalState.APPROVED}
    form.scheme.choices = [(slug, title) for slug, title in voucher_schemes().items() if slug not in approved]
    if form.validate_on_submit():
        with form.refusals():
            approve_provider(session, provider=shown, scheme=form.scheme.data, actor=actor, now=now())
            flash(_("De opleider mag nu vouchers van deze regeling gebruiken."), "ok")
            return redirect(url_for("advisor.provider", provider_id=provider_id), code=303)
    titles = scheme_titles(current_session(), on=today())
    return page(
        "advisor/provider.html",
        form=form,
        provider=shown,
        listed=shown.state is ProviderState.REGISTERED,
        approved=sorted(approved),
        rows=[
            [
                titles.get(approval.scheme, approval.scheme),
                {
                    "text": label(APPROVAL_STATES, approval.state),
                    "tag": APPROVAL_STATES[approval.state.value][1],
                    "note": approval.withdrawn_reason,
                },
                format_date((approval.withdrawn_at or approval.approved_at).date(), "short"),
            ]
            for approval in shown.approvals
        ],
    )


@blueprint.route("/opleiders/<provider_id>/intrekken", methods=["GET", "POST"])
def withdraw(provider_id: str) -> ResponseReturnValue:
    """Withdraw an approval: no new use of vouchers of that scheme. What was used stays used."""
    session, actor = current_session(), current_actor()
    shown = the_provider(provider_id)
    titles = scheme_titles(current_session(), on=today())
    form = WithdrawApprovalForm()
    form.scheme.choices = [
        (approval.scheme, titles.get(approval.scheme, approval.scheme))
        for approval in shown.approvals
        if approval.state is ApprovalState.APPROVED
    ]
    if form.validate_on_submit():
        with form.refusals():
            withdraw_approval(
                session, provider=shown, scheme=form.scheme.data, reason=form.reason.data, actor=actor, now=now()
            )
            flash(_("De goedkeuring is ingetrokken."), "ok")
            return redirect(url_for("advisor.provider", provider_id=provider_id), code=303)
    return page("advisor/withdraw.html", form=form, provider=shown)


def voucher_schemes() -> dict[str, str]:
    """The schemes of today that give vouchers here, by slug."""
    return {
        scheme.slug: localized(scheme.definition.title)
        for scheme in schemes_in_force(current_session(), on=today())
        if scheme.definition.voucher is not None
    }
