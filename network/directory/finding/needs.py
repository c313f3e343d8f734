"""What people call the help they need, in five languages: words that lead to a kind of help, not to a name.

Read by ear rather than from a dictionary: «шелтер» and «приют» are typed for the same door. Pure.
"""

from __future__ import annotations

NEEDS: dict[str, str] = {
    "hotline": """
        hotline helpline телефон доверия горячая линия ишеним телефону ысык линия ishonch telefoni qaynoq liniya
        ишонч телефони телефони боварӣ хатти доғ""",
    "shelter": """
        shelter safe house crisis centre refuge приют шелтер убежище ночлег кризисный центр баш калка баш паана жашыруун үй
        boshpana panoh inqiroz markazi бошпана паноҳ паноҳгоҳ хонаи амн маркази бӯҳронӣ""",
    "health": """
        health doctor nurse clinic hospital medicine врач доктор медик больница поликлиника лечение здоровье медицинская помощь
        дарыгер доктур оорукана ден соолук shifokor doktor vrach kasalxona sogʻliq tibbiy шифокор касалхона соғлиқ
        духтур табиб беморхона саломатӣ тиббӣ""",
    "psychosocial": """
        psychologist counselling psychosocial support психолог психологическая помощь поддержка консультация
        психологиялык жардам колдоо ruhshunos psixolog psixologik yordam руҳшунос равоншинос дастгирӣ""",
    "legal": """
        lawyer legal advice advocate attorney court юрист адвокат правовая помощь юридическая суд документы
        юридикалык жардам укук huquqiy yordam huquqshunos yurist advokat ҳуқуқий ёрдам ҳуқуқшунос
        ёрии ҳуқуқӣ вакили мудофеъ""",
    "return": """
        return home repatriation transport возвращение домой репатриация дорога билет кайтуу үйгө кайтуу qaytish uyga qaytish
        қайтиш бозгашт ба хона""",
    "reintegration": """
        work job training reintegration vocational работа обучение курсы ремесло реинтеграция трудоустройство
        жумуш иш окутуу ish kasb oʻqitish иш касб ўқитиш кор касб омӯзиш""",
    "migration": """
        migration visa travel abroad advice миграция мигрант выезд за границу виза патент
        миграция чет өлкө migratsiya chet el миграция хориж муҳоҷират муҳоҷир сафар""",
    "prevention": """
        prevention information campaign training профилактика просвещение информация кампания
        алдын алуу маалымат oldini olish maʼlumot олдини олиш маълумот пешгирӣ иттилоот""",
}


def words_for(terms: list[str]) -> str:
    """All the words that lead to these kinds of help."""
    return " ".join(" ".join(NEEDS[term].split()) for term in terms if term in NEEDS)
