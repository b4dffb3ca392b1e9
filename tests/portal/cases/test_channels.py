"""Which kind of message goes by which channel, as it is shown: what the person said decides, and else it is paper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from portal.cases.channels import ChannelWay, channels_of
from portal.cases.questions.actions import tell_asker
from portal.cases.questions.models import ContactDetails, ContactWay, DevelopmentQuestion
from portal.post.messages.models import MessageKind, MessageTopic, OutboxMessage
from tests.factories import MAIL, NOW, a_question

EMAIL, LETTER, CALL = ChannelWay.EMAIL, ChannelWay.LETTER, ChannelWay.CALL
HOME = {"street": "Dorpsstraat", "house_number": "1", "postcode": "9990 AA", "city": "Proefstad"}
POST = replace(MAIL, way=ContactWay.POST, by_mail=(), **HOME)
PHONE = replace(MAIL, way=ContactWay.PHONE, by_mail=(), phone="+31570123456")
TEMPLATES = {
    MessageTopic.CASE: "question/received",
    MessageTopic.DECISION: "settlement/lower",
    MessageTopic.VOUCHER: "voucher/issued",
}


@pytest.fixture
def database() -> str:
    """A rule about words and consents, the same on both."""
    return "sqlite"


@pytest.mark.parametrize(
    ("contact", "ways"),
    [
        (MAIL, (EMAIL, EMAIL, EMAIL)),
        (replace(MAIL, by_mail=()), (EMAIL, LETTER, LETTER)),
        (replace(MAIL, by_mail=(MessageTopic.VOUCHER,)), (EMAIL, LETTER, EMAIL)),
        (POST, (LETTER, LETTER, LETTER)),
        (PHONE, (CALL, LETTER, LETTER)),
    ],
)
def test_what_is_shown_is_how_it_goes(session: Session, contact: ContactDetails, ways: tuple[ChannelWay, ...]) -> None:
    question = a_question(session, contact=contact)
    shown = channels_of(session, question=question)
    assert [(one.topic, one.way) for one in shown] == list(zip(MessageTopic, ways, strict=True))
    assert all((one.agreed_at is not None) is (one.way is EMAIL) for one in shown)
    for one in shown:
        assert (
            gone(session, question, TEMPLATES[one.topic], one.way is not CALL)
            == {
                EMAIL: [MessageKind.EMAIL],
                LETTER: [MessageKind.LETTER],
                CALL: [],
            }[one.way]
        )


def gone(session: Session, question: DevelopmentQuestion, template: str, in_writing: bool) -> list[MessageKind]:
    """How a message of this template goes now."""
    tell_asker(session, question=question, template=template, now=NOW, version=77, in_writing=in_writing)
    rows = session.query(OutboxMessage).filter_by(template=template, version=77, object_id=question.id)
    return [one.kind for one in rows]
