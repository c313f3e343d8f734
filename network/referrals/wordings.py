"""The words in which people are asked for consent, in five languages. A change of meaning is a new version."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from network.referrals.consent import DISCLOSING, Purpose
from network.referrals.models import ConsentText

REFERRAL = "referral"
GENERAL = "general"
REPORTING = "reporting"
FIRST = "en"
"""The language in which every wording is written first: of five texts of a version its stands for all."""
VERSION = "1.0"
"""Of the wordings that come with the product; the coordinator's own have higher ones."""

_ASKING: dict[str, str] = {
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

_GENERAL: dict[str, str] = {
    "en": (
        "We would like to do what stands above, and for that we need your agreement. You may ask anything before you"
        " decide. You may say no: we go on helping you all the same. You may change your mind at any time, by a call or"
        " a message, without giving a reason; then we stop. What you told us stays locked with us and goes to nobody"
        " else without your agreement. Your agreement ends by itself on the day we write down here. You may ask us at"
        " any time what we keep about you."
    ),
    "ru": (
        "Мы хотели бы сделать то, что написано выше, и для этого нам нужно ваше согласие. Прежде чем решить, вы можете"
        " спросить обо всём. Вы можете отказаться: мы всё равно продолжим вам помогать. Вы можете передумать в любое"
        " время — достаточно звонка или сообщения, объяснять причину не нужно; тогда мы остановимся. То, что вы"
        " рассказали, хранится у нас под замком и без вашего согласия никому не передаётся. Ваше согласие само"
        " закончится в день, который мы здесь запишем. Вы в любое время можете спросить, что мы о вас храним."
    ),
    "ky": (
        "Биз жогоруда жазылганды кылгыбыз келет, ал үчүн сиздин макулдугуңуз керек. Чечим кабыл алардан мурун баарын"
        " сурасаңыз болот. Макул болбосоңуз да болот: биз сизге мурдагыдай эле жардам бере беребиз. Каалаган убакта"
        " чалып же билдирүү жазып, себебин айтпай эле оюңузду өзгөртө аласыз; анда биз токтотобуз. Сиз айткандар бизде"
        " кулпуланып сакталат жана макулдугуңузсуз эч кимге берилбейт. Макулдугуңуз бул жерге жазылган күнү өзү бүтөт."
        " Биз сиз жөнүндө эмнени сактап турганыбызды каалаган убакта сурай аласыз."
    ),
    "uz": (
        "Biz yuqorida yozilgan ishni qilmoqchimiz va buning uchun roziligingiz kerak. Qaror qilishdan oldin hamma narsani"
        " soʻrashingiz mumkin. Rad etishingiz mumkin: biz sizga baribir yordam berishda davom etamiz. Istalgan vaqtda"
        " qoʻngʻiroq qilib yoki xabar yozib, sababini aytmasdan fikringizni oʻzgartirishingiz mumkin; shunda biz"
        " toʻxtaymiz. Aytganlaringiz bizda qulflangan holda saqlanadi va roziligingizsiz hech kimga berilmaydi."
        " Roziligingiz shu yerga yozilgan kuni oʻz-oʻzidan tugaydi. Siz haqingizda nimalarni saqlayotganimizni istalgan"
        " vaqtda soʻrashingiz mumkin."
    ),
    "tg": (
        "Мо мехоҳем кореро, ки дар боло навишта шудааст, анҷом диҳем ва барои ин розигии шумо лозим аст. Пеш аз қарор"
        " кардан шумо метавонед ҳама чизро пурсед. Шумо метавонед розӣ нашавед: мо ба ҳар ҳол ба шумо кумак карданро"
        " давом медиҳем. Шумо метавонед ҳар вақт бо занг ё паём, бе гуфтани сабаб, фикратонро дигар кунед; он гоҳ мо бас"
        " мекунем. Он чи шумо гуфтед, назди мо дар зери қулф нигоҳ дошта мешавад ва бе розигии шумо ба касе дода"
        " намешавад. Розигии шумо дар рӯзе, ки ин ҷо навишта мешавад, худ аз худ ба охир мерасад. Шумо ҳар вақт метавонед"
        " пурсед, ки мо дар бораи шумо чиро нигоҳ медорем."
    ),
}

_REPORTING: dict[str, str] = {
    "en": (
        "We would like to count you, without your name, in reports about how many people need help here and which help"
        " they find. Nobody can see from these numbers who you are. You may say no: nothing changes for you. You may"
        " change your mind at any time; then you are no longer counted in new reports."
    ),
    "ru": (
        "Мы хотели бы учесть вас, без вашего имени, в отчётах о том, скольким людям здесь нужна помощь и какую помощь они"
        " находят. По этим числам никто не узнает, кто вы. Вы можете отказаться: для вас ничего не изменится. Вы можете"
        " передумать в любое время; тогда в новых отчётах вас больше не будут учитывать."
    ),
    "ky": (
        "Бул жерде канча адамга жардам керек жана алар кандай жардам табары жөнүндөгү отчётторго сизди атыңызды атабай"
        " туруп кошкубуз келет. Бул сандардан сиздин ким экениңизди эч ким биле албайт. Макул болбосоңуз да болот: сиз"
        " үчүн эч нерсе өзгөрбөйт. Каалаган убакта оюңузду өзгөртө аласыз; анда жаңы отчётторго кошулбайсыз."
    ),
    "uz": (
        "Bu yerda qancha odamga yordam kerakligi va ular qanday yordam topayotgani haqidagi hisobotlarda sizni ismingizsiz"
        " hisobga olmoqchimiz. Bu raqamlardan kimligingizni hech kim bila olmaydi. Rad etishingiz mumkin: siz uchun hech"
        " narsa oʻzgarmaydi. Istalgan vaqtda fikringizni oʻzgartirishingiz mumkin; shunda yangi hisobotlarda hisobga"
        " olinmaysiz."
    ),
    "tg": (
        "Мо мехоҳем шуморо бе номатон дар ҳисоботҳо дар бораи он ки ин ҷо чанд нафар ба кумак ниёз дорад ва онҳо чӣ гуна"
        " кумак меёбанд, ба ҳисоб гирем. Аз ин рақамҳо касе намефаҳмад, ки шумо кистед. Шумо метавонед розӣ нашавед: барои"
        " шумо чизе дигар намешавад. Шумо метавонед ҳар вақт фикратонро дигар кунед; он гоҳ дар ҳисоботҳои нав ба ҳисоб"
        " гирифта намешавед."
    ),
}

TEXTS: dict[str, dict[str, str]] = {REFERRAL: _ASKING, GENERAL: _GENERAL, REPORTING: _REPORTING}
"""By key, then by language."""


def key_for(purpose: Purpose) -> str:
    """Which wording asks for this purpose."""
    if purpose in DISCLOSING:
        return REFERRAL
    return REPORTING if purpose is Purpose.REPORTING_AGGREGATE else GENERAL


def next_version(version: str, *, major: bool) -> str:
    """A changed meaning is a new major version, better words are a minor one: 1.9 → 2.0, or 1.10."""
    first, _dot, second = version.partition(".")
    return f"{int(first) + 1}.0" if major else f"{first}.{int(second or 0) + 1}"


def ensure(session: Session) -> None:
    """Put the wordings of the product in place where they are not yet. What is there is never changed."""
    there = {
        (text.key, text.language)
        for text in session.scalars(select(ConsentText).where(ConsentText.version == VERSION))
    }
    session.add_all(
        ConsentText(
            key=key,
            version=VERSION,
            language=language,
            wording=wording,
            sha256=hashlib.sha256(wording.encode()).digest(),
        )
        for key, texts in TEXTS.items()
        for language, wording in texts.items()
        if (key, language) not in there
    )
    session.flush()
