"""What stands sealed: nothing of it can be read in the database, it is found as ever, and a new key takes over while the desk is used."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, String, delete, func, select, text, type_coerce, update
from sqlalchemy.orm import Session

from portal.cases.applications.models import Application
from portal.cases.questions.models import Contact, DevelopmentQuestion
from portal.oversight.finding.keeping import follow
from portal.oversight.finding.queries import find
from portal.oversight.privacy.sealing import fields_by_key, seal_some, sealed_tables
from portal.platform.database import load_models, unit_of_work
from portal.platform.field_keys import KeyRing, RingSource, use_field_keys
from portal.platform.sealed_columns import SEALED_TYPES
from portal.spending.providers.models import Provider
from tests.factories import ADVISOR, MAIL, a_provider, a_voucher, somebody
from tests.field_keys import FIELD_KEYS

NAME, STREET, CODE, BORN, ACCOUNT = (
    "Quirinia Ypsilon",
    "Xanthippelaan",
    "7399 QY",
    date(1990, 11, 23),
    "NL91ABNA0417164300",
)
CANARIES = (NAME, "Quirinia", "Ypsilon", STREET, CODE, BORN.isoformat(), ACCOUNT)


@pytest.fixture(autouse=True)
def same_keys_after() -> Iterator[None]:
    yield
    use_field_keys(RingSource(FIELD_KEYS, None, ""))


def somebody_known(session: Session, *, name: str = NAME, street: str = STREET) -> DevelopmentQuestion:
    """Somebody with an award, whose data no other has, and a provider with an account."""
    contact = replace(MAIL, name=name, street=street, house_number="12", postcode=CODE, city="X")
    who = replace(somebody(), name=name, birth_date=BORN, street=street, house_number="12", postcode=CODE)
    voucher = a_voucher(session, contact=contact, applicant=who)
    provider, _ = a_provider(session)
    provider.iban = ACCOUNT
    session.flush()
    follow(session)
    return session.get_one(DevelopmentQuestion, voucher.question_id)


def stands(session: Session) -> str:
    """Everything that stands in the database, as the database gives it."""
    found = []
    for table in load_models().sorted_tables:
        for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
            found += [value.decode("latin-1") if isinstance(value, bytes | memoryview) else str(value) for value in row]
    return "\n".join(found)


def test_nothing_protected_can_be_read_in_the_database_and_all_of_it_is_found_on_both_databases(
    session: Session,
) -> None:
    question = somebody_known(session)
    session.commit()
    raw = stands(session).casefold()
    assert [one for one in CANARIES if one.casefold() in raw] == []
    assert question.public_id.casefold() in raw, "the control"
    session.expire_all()
    application = session.scalars(select(Application).where(Application.birth_date == BORN)).one()
    assert (application.name, application.street, application.birth_date) == (NAME, STREET, BORN)
    assert session.scalar(select(DevelopmentQuestion.born).where(DevelopmentQuestion.id == question.id)) == "1990"
    assert session.get_one(DevelopmentQuestion, question.id).facts["birth_date"] == BORN.isoformat()
    assert session.scalars(select(Provider.iban).where(Provider.iban == ACCOUNT)).all() == [ACCOUNT]
    assert session.scalars(select(Provider.iban).where(Provider.iban.in_([ACCOUNT, "other"]))).all() == [ACCOUNT]
    for typed in ("Ypsilon", "quiri", "Ypsillon", "7399QY 12", "7399 qy"):
        assert question.id in find(session, actor=ADVISOR, text=typed).ids.get("question", []), typed  # type: ignore[call-overload]


def test_what_would_find_nothing_is_refused_when_it_is_asked(session: Session) -> None:
    for make in (
        lambda: Contact.name == "Sam",
        lambda: Contact.name.like("Sam%"),
        lambda: Contact.postcode + Contact.house_number,
        lambda: Contact.street.desc(),
        lambda: Contact.street == Contact.city,
        lambda: Application.birth_date < BORN,
        lambda: Provider.iban == Application.birth_date,
        lambda: Provider.iban == 12,
    ):
        with pytest.raises(TypeError):
            make()
    said = [Contact.name == "", Contact.name != "gewist", Contact.name.is_(None), Provider.iban == Provider.iban]
    assert session.scalars(select(Contact).join(Provider, said[3], isouter=True).where(*said[:3])).all() == []


def test_a_new_key_takes_over_and_what_was_plain_is_sealed_on_both_databases(session: Session, engine: Engine) -> None:
    question = somebody_known(session)
    session.commit()
    plain = update(Contact.__table__).values(name=type_coerce(NAME, String), street=type_coerce(STREET, String))  # type: ignore[arg-type]
    session.execute(plain)
    session.commit()
    assert NAME in stands(session), "the control"
    session.expire_all()
    assert session.scalars(select(Contact.name)).all() == [NAME], "it reads as it stands"
    assert fields_by_key(session)[""] == 2 and set(fields_by_key(session)) == {"", "t0"}
    session.rollback()
    ring = KeyRing.read(os.environ["FIELD_KEYS"]).with_new_key()
    use_field_keys(RingSource(ring.written(), None, ""))
    written = 0
    for table, _ in sealed_tables():
        while True:
            part = unit_of_work(engine, lambda s, t=table: seal_some(s, table=t, after=0))  # type: ignore[misc]
            written += part.written
            if not part.written:
                break
    assert written > 5
    with Session(engine) as after:
        assert set(fields_by_key(after)) == {ring.newest}
        assert NAME not in stands(after)
        assert after.scalars(select(Contact.name)).all() == [NAME]
        assert after.scalars(select(Application.id).where(Application.birth_date == BORN)).one()
        assert find(after, actor=ADVISOR, text="Ypsilon").ids != {}
    with pytest.raises(Exception, match="append-only"), Session(engine) as after:
        after.execute(delete(load_models().tables["letter"]))
        after.execute(text("UPDATE proposal SET answer_json = 'x'"))
    assert question.id


def test_during_a_change_of_keys_one_account_under_two_keys_is_one_account(session: Session) -> None:
    first, _ = a_provider(session)
    second, _ = a_provider(session)
    first.iban = ACCOUNT
    session.flush()
    ring = KeyRing.read(FIELD_KEYS).with_new_key()
    use_field_keys(RingSource(ring.written(), None, ""))
    second.iban = ACCOUNT
    session.flush()
    bare = type_coerce(Provider.iban, String)
    assert session.scalar(select(func.count(func.distinct(bare)))) == 2, "the control: they stand differently"
    assert len(session.scalars(select(Provider).where(Provider.iban == ACCOUNT)).all()) == 2
    assert session.scalars(select(Provider).where(Provider.iban != ACCOUNT)).all() == []
    one, other = Provider.__table__.alias(), Provider.__table__.alias()
    same = select(one.c.id).join(other, one.c.iban == other.c.iban).where(one.c.id != other.c.id)
    assert len(session.execute(same).all()) == 2
    differ = select(one.c.id).join(other, one.c.iban.is_distinct_from(other.c.iban))
    assert session.execute(differ).all() == []


def test_every_column_with_a_name_address_birth_date_or_account_of_a_person_is_sealed() -> None:
    """A new column of such a name is sealed, or stands here with why it is not."""
    meant = {
        "iban",
        "street",
        "house_number",
        "postcode",
        "birth_date",
        "payee_name",
        "payee_iban",
        "learner_name",
        "city",
    }
    found = {
        f"{table.name}.{column.name}"
        for table in load_models().sorted_tables
        for column in table.columns
        if column.name.removeprefix("third_") in meant and not isinstance(column.type, SEALED_TYPES)
    }
    assert found == set()


def where_it_writes(engine: Engine) -> tuple[Path, str]:
    """The folder of this database, and on PostgreSQL the file of its log that is written now."""
    if engine.dialect.name == "sqlite":
        return Path(str(engine.url.database)).parent, ""
    with engine.connect() as connection:
        folder = str(connection.execute(text("SHOW data_directory")).scalar_one())
        return Path(folder), str(connection.execute(text("SELECT pg_walfile_name(pg_current_wal_lsn())")).scalar_one())


def as_it_lies(engine: Engine, since: str) -> bytes:
    """What stands on the disk: the files of the database, and of its log what was written since."""
    folder, _ = where_it_writes(engine)
    if engine.dialect.name == "sqlite":
        files = sorted(folder.glob(f"{Path(str(engine.url.database)).name}*"))
        assert len(files) > 1, "the log of what was written is looked through too"
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            place = str(connection.execute(text("SELECT pg_relation_filepath('contact')")).scalar_one())
        log = [one for one in (folder / "pg_wal").iterdir() if one.is_file() and one.name >= since]
        files = [*sorted((folder / place).parent.iterdir()), *sorted(log)]
        assert log
    return b"".join(one.read_bytes() for one in files if one.is_file()).lower()


def test_the_files_and_the_log_of_the_database_hold_nothing_protected_on_both_databases(engine: Engine) -> None:
    _, since = where_it_writes(engine)
    name, street, plain = "Zwaantje Yggdra", "Ragnarokpad", "Ongezegeld Mimisbrunn"
    unit_of_work(engine, lambda session: somebody_known(session, name=name, street=street).id)
    content = as_it_lies(engine, since)
    for word in ("zwaantje", "yggdra", "ragnarokpad"):
        assert word.encode() not in content
    unsealed = update(Contact.__table__).values(name=type_coerce(plain, String))  # type: ignore[arg-type]
    unit_of_work(engine, lambda session: session.connection().execute(unsealed).rowcount)
    assert plain.lower().encode() in as_it_lies(engine, since), "the control"
