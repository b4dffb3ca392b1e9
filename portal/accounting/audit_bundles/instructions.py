"""The README of an audit bundle: how somebody without the desk checks it."""

from __future__ import annotations

INSTRUCTIONS = """\
CONTROLEDOSSIER VAN EEN STEEKPROEF
==================================
In dit bestand staan de stukken van de vouchers in een steekproef. Er staan persoonsgegevens in. Bewaar het veilig
en verwijder het als de controle klaar is.

Wat staat waar
  sample.json        hoe de steekproef is getrokken: de manier, de startwaarde en alle vouchers waaruit is getrokken
  MANIFEST.json      elk bestand met zijn SHA-256, en per voucher de bedragen
  SHA256SUMS         dezelfde codes, voor het programma sha256sum
  V-000001/          een map per voucher:
    voucher.json     de voucher, zijn bedragen, en welke stukken er niet zijn en waarom
    decision.json    de besluiten en brieven, en in wiens naam is besloten
    letter-*.pdf     de brieven, zoals ze zijn bewaard
    receipt.json     het bewijs van de verdeling van de kosten
    evidence-*       de bewijsstukken          evidence.json  wanneer ze binnenkwamen en wat ervan is gevonden
    invoice-*        de facturen               invoices.json  de gegevens van de facturen
    payments.json    de betalingen
    transfers.json   alle boekingen van de voucher; transfers.csv is dezelfde lijst als tabel
    history.json     wat er met de voucher is gedaan, door wie en wanneer

Zo kijkt u het na, zonder het loket
  1. Pak het bestand uit en voer in die map uit:  sha256sum -c SHA256SUMS
     Elke regel moet "OK" zeggen.
  2. Tel de boekingen van een voucher op. Wat op een rekening binnenkomt, telt u erbij; wat eruit gaat, trekt u eraf.
     reserved = rekening "reserved". spent = rekeningen "spent" en "paid" samen. paid = rekening "paid".
     De uitkomsten staan in voucher.json bij "figures".
     amount_cents - redeemed_cents - released_cents = reserved.  redeemed_cents - recovered_cents = spent.
  3. Trek de steekproef opnieuw. Bereken van elke voucher de SHA-256 van: de startwaarde, een regeleinde, het nummer.
     Zet de nummers van een groep op die volgorde. De eerste zijn getrokken. Hoeveel dat er zijn: naar verhouding
     (grootste resten), en minstens een per groep.
  4. Met het programma van het loket gaat het in een keer, zonder database en zonder netwerk:
       loket audit check-bundle BESTAND.zip
       loket receipt verify V-000001/receipt.json


AUDIT BUNDLE OF A SAMPLE
========================
This file holds the papers of the vouchers in a sample. It holds personal data. Keep it safe, and remove it when the
audit is done.

What is where
  sample.json        how the sample was drawn: the rule, the seed, and every voucher it was drawn from
  MANIFEST.json      every file with its SHA-256, and per voucher the amounts
  SHA256SUMS         the same hashes, for the program sha256sum
  V-000001/          a folder per voucher:
    voucher.json     the voucher, its amounts, and which papers are not there and why
    decision.json    the decisions and letters, and in whose name was decided
    letter-*.pdf     the letters, as they were kept
    receipt.json     the proof of how the costs were divided
    evidence-*       the evidence              evidence.json  when it came in and what was found of it
    invoice-*        the invoices              invoices.json  what is known of the invoices
    payments.json    the payments
    transfers.json   all transfers of the voucher; transfers.csv is the same list as a table
    history.json     what was done to the voucher, by whom and when

How to check it, without the desk
  1. Unpack the file and run in that folder:  sha256sum -c SHA256SUMS
     Every line must say "OK".
  2. Add up the transfers of a voucher. What comes in on an account is added, what goes out is taken off.
     reserved = account "reserved". spent = accounts "spent" and "paid" together. paid = account "paid".
     The outcomes stand in voucher.json at "figures".
     amount_cents - redeemed_cents - released_cents = reserved.  redeemed_cents - recovered_cents = spent.
  3. Draw the sample again. Compute for each voucher the SHA-256 of: the seed, a line end, the number.
     Put the numbers of a group in that order. The first ones are drawn. How many: in proportion (largest remainders),
     and at least one per group.
  4. With the program of the desk it is one command, without database and without network:
       loket audit check-bundle FILE.zip
       loket receipt verify V-000001/receipt.json
"""
