"""Electronic invoices for tests, as programs of administrations make them."""

from __future__ import annotations

import base64

from tests.portal.post.files.hostile import pdf

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>
  <cbc:ID>{number}</cbc:ID>
  <cbc:IssueDate>{day}</cbc:IssueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cbc:BuyerReference>{reference}</cbc:BuyerReference>
  <cac:AdditionalDocumentReference>
    <cbc:ID>factuur</cbc:ID>
    <cac:Attachment>
      <cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="factuur.pdf">{pdf}</cbc:EmbeddedDocumentBinaryObject>
    </cac:Attachment>
  </cac:AdditionalDocumentReference>
  <cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>
    <cbc:RegistrationName>Opleider</cbc:RegistrationName>
    <cbc:CompanyID schemeID="0106">{kvk}</cbc:CompanyID>
  </cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>
  <cac:Delivery><cac:DeliveryParty><cac:PartyName><cbc:Name>{learner}</cbc:Name></cac:PartyName></cac:DeliveryParty></cac:Delivery>
  <cac:LegalMonetaryTotal>
    <cbc:TaxExclusiveAmount currencyID="EUR">413.22</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="EUR">{total}</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="EUR">{total}</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cac:Item><cbc:Name>Cursus lassen</cbc:Name></cac:Item></cac:InvoiceLine>
</Invoice>
"""


def ubl(**changes: str) -> bytes:
    """An invoice of € 500, with these parts otherwise."""
    parts = {"number": "F-1", "day": "2026-03-01", "reference": "AAAA", "kvk": "12345678", "learner": "S. de Vries"}
    parts |= {"total": "500.00", "pdf": base64.b64encode(pdf()).decode()}
    return UBL.format(**parts | changes).encode()
