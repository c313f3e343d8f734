"""The words in which people are asked for consent, in five languages. A change of meaning is a new version."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.referrals.models import ConsentText

REFERRAL = "referral"
VERSION = "1.0"

TEXTS: dict[str, str] = {
    "en": (
        "We would like to ask another organization to help you. To do so we would tell it only what you choose."
        " You decide which organization and which of your information. You may say no: we go on helping you all the same."
        " You may change your mind at any time, by a call or a message; then that organization can no longer read"
        " what we sent and is asked to delete it. Your consent ends by itself on the day we write down here."
        " You may ask us at any time who received what about you."
    ),
    "ru": (
        "Мы хотели бы попросить другую организацию помочь вам. Для этого мы сообщим ей только то, что вы выберете."
        " Вы сами решаете, какой организации и какие сведения о вас передать. Вы можете отказаться: мы всё равно"
        " продолжим вам помогать. Вы можете передумать в любое время — достаточно звонка или сообщения; тогда эта"
        " организация больше не сможет читать переданное, и мы попросим её всё удалить. Ваше согласие само закончится"
        " в день, который мы здесь запишем. Вы в любое время можете спросить, кто и что о вас получил."
    ),
    "ky": (
        "Биз сизге жардам берүүнү башка уюмдан сурангыбыз келет. Ал үчүн ага сиз тандаганды гана айтабыз."
        " Кайсы уюмга жана сиз жөнүндө кайсы маалыматты берүүнү өзүңүз чечесиз. Макул болбосоңуз да болот: биз сизге"
        " мурдагыдай эле жардам бере беребиз. Каалаган убакта чалып же билдирүү жазып, оюңузду өзгөртө аласыз;"
        " анда ал уюм жөнөтүлгөндү мындан ары окуй албайт, жана биз аны өчүрүүнү суранабыз. Макулдугуңуз бул жерге"
        " жазылган күнү өзү бүтөт. Сиз жөнүндө ким эмне алганын каалаган убакта бизден сурай аласыз."
    ),
    "uz": (
        "Biz sizga yordam berishni boshqa tashkilotdan soʻramoqchimiz. Buning uchun unga faqat siz tanlagan narsani"
        " aytamiz. Qaysi tashkilotga va siz haqingizdagi qaysi maʼlumotni berishni oʻzingiz hal qilasiz. Rad etishingiz"
        " mumkin: biz sizga baribir yordam berishda davom etamiz. Istalgan vaqtda qoʻngʻiroq qilib yoki xabar yozib"
        " fikringizni oʻzgartirishingiz mumkin; shunda u tashkilot yuborilgan narsani boshqa oʻqiy olmaydi va biz uni"
        " oʻchirishni soʻraymiz. Roziligingiz shu yerga yozilgan kuni oʻz-oʻzidan tugaydi. Siz haqingizda kim nima"
        " olganini istalgan vaqtda bizdan soʻrashingiz mumkin."
    ),
    "tg": (
        "Мо мехоҳем аз ташкилоти дигар хоҳиш кунем, ки ба шумо кумак кунад. Барои ин мо ба он танҳо чизеро мегӯем, ки"
        " шумо интихоб мекунед. Худи шумо ҳал мекунед, ки ба кадом ташкилот ва кадом маълумот дар бораи шумо дода шавад."
        " Шумо метавонед розӣ нашавед: мо ба ҳар ҳол ба шумо кумак карданро давом медиҳем. Шумо метавонед ҳар вақт бо"
        " занг ё паём фикратонро дигар кунед; он гоҳ он ташкилот чизи фиристодашударо дигар хонда наметавонад ва мо аз"
        " он хоҳиш мекунем, ки онро нест кунад. Розигии шумо дар рӯзе, ки ин ҷо навишта мешавад, худ аз худ ба охир"
        " мерасад. Шумо ҳар вақт метавонед аз мо пурсед, ки дар бораи шумо кӣ чӣ гирифт."
    ),
}


def ensure(session: Session) -> None:
    """Put the present wordings in place where they are not yet. What is there is never changed."""
    there = set(
        session.scalars(
            select(ConsentText.language).where(ConsentText.key == REFERRAL, ConsentText.version == VERSION)
        )
    )
    session.add_all(
        ConsentText(
            key=REFERRAL,
            version=VERSION,
            language=language,
            wording=wording,
            sha256=hashlib.sha256(wording.encode()).digest(),
        )
        for language, wording in TEXTS.items()
        if language not in there
    )
    session.flush()
