"""What nobody should be able to hurt us with: our own list of naughty strings, each with the reason why it is there."""

from __future__ import annotations

import random
import re
import unicodedata
import uuid

import lxml.html

PRODUCT = 7919 * 7907
"""What a template that evaluates what people type would print."""

CONTROL = [
    "\0",
    "before\0after",
    "\x01\x02\x08\x0b\x0c\x0e\x1f\x7f",
    "\x80\x85\x9f",
    "\ufeff\ufffe\uffff",
    "\ud800",  # Half of a surrogate pair.
    "a\udfffb",
    "line one\r\nX-Injected: kopuro",
    "line one\nSet-Cookie: session=kopuro",
    "\u2028\u2029",
]
DIRECTION = [
    "\u202etxet desrever",
    "\u2066\u2067\u2068\u2069\u200e\u200f",
    "اَلْعَرَبِيَّةُ abc עִבְרִית",
    "Фергана\u200b\u200c\u200d\u2060долина",
    "\u034f\u180e\u00ad",
]
SCRIPTS = [
    "Z̷̢̛a̸l̵g̶o̷ " + "a" + "\u0301" * 500,
    "👩‍👩‍👧‍👦🏳️‍🌈🇰🇬🇺🇿🇹🇯",
    "ﬁ ﷽ ﷺ Ⅻ ㎏",
    "ӨөҮүҢңЎўҚқҒғҲҳҶҷӢӣӮӯ",
    "Oʻzbekiston gʻarbi Oʼzbek",
    "İıIi ßẞ ŉ",
    "𝕳𝖊𝖑𝖑𝖔 𠜎𠜱",
    "１２３４５",
    "٣٤٥",
]
INJECTION = [
    "<script>kopuro()</script>",
    '"><script>kopuro()</script>',
    "'><img src=x onerror=kopuro()>",
    "</textarea><svg onload=kopuro()>",
    "</title></style><iframe src=javascript:kopuro()>",
    "<!--<img src='--><img src=x onerror=kopuro()//'>",
    "javascript:kopuro()",
    "JaVaScRiPt:kopuro()",
    "data:text/html,<script>kopuro()</script>",
    "[text](javascript:kopuro())",
    '![x](https://example.org/x.png" onerror="kopuro())',
    '<a href="https://example.org" onclick="kopuro()">x</a>',
    "{{7919*7907}}",
    "${7919*7907} #{7919*7907} <%= 7919*7907 %>",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    "%(count)s %(name)s %s %d %n %x",
    "{0.__class__.__init__.__globals__} {name!r}",
    "' OR '1'='1' --",
    "'; DROP TABLE tenant; --",
    "1; SELECT pg_sleep(10)--",
    "$$ || pg_sleep(10) || $$",
    "\\'; \\\" \\\\ \\u0000 \\x00",
    "%00%0d%0a%27%22%3Cscript%3Ekopuro()",
    "&lt;script&gt;kopuro()&lt;/script&gt; &#0; &amp;",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "file:///etc/passwd",
    "//evil.example/kopuro",
    "https://evil.example\\@127.0.0.1",
    "=cmd|' /C calc'!A0",
    "+SUM(1+1)*cmd|' /C calc'!A0",
    "@import url(//evil.example)",
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
    "]]><script>kopuro()</script><![CDATA[",
    "BEGIN:VEVENT\r\nSUMMARY:kopuro\r\nEND:VEVENT",
    "a@b.example\r\nBcc: kopuro@evil.example",
    '"kopuro"@evil.example',
    "a@b@c",
    "x" * 64 + "@" + "y" * 200 + ".example",
]
NUMBERS = [
    "0",
    "-1",
    "1",
    "007",
    "1e309",
    "-1e-400",
    "NaN",
    "Infinity",
    "0x10",
    "1_000",
    "1,5",
    "2147483648",
    "-2147483649",
    "9223372036854775808",
    "9" * 400,
    "9" * 5000,  # More digits than Python reads into a number by default.
    "²",
    "½",
]
MOMENTS = [
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "2024-02-30",
    "2023-02-29",
    "24.04.2007",
    "2007-04-24T25:61",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "2026-03-29T02:30:00+99:99",
    "-0044-03-15",
    "24:00",
    "12:60",
]
NOTHING = ["", " ", "\t\n", "\u00a0\u3000", "null", "None", "undefined", "true", "[]", "{}", "nil", "on"]
LONG = ["x" * 100_000, "ү" * 20_000, "a " * 15_000, "\n" * 5_000, "<b>" * 5_000]

EVERY = [
    *CONTROL,
    *DIRECTION,
    *SCRIPTS,
    *INJECTION,
    *NUMBERS,
    *MOMENTS,
    *NOTHING,
    *LONG,
    str(uuid.uuid4()),
    str(uuid.UUID(int=0)),
]


def one(rng: random.Random) -> str:
    """Any of them, long ones seldom."""
    return rng.choice(LONG) if rng.random() < 0.03 else rng.choice(EVERY[: -len(LONG) - 2])


def harmful(told: str) -> str:
    """What a page must not carry, as a few words; empty where it is clean. Read as a browser reads it."""
    if str(PRODUCT) in told:
        return "evaluated"
    if "kopuro(" not in told:
        return ""
    for element in lxml.html.fromstring(told).iter():
        if element.tag in ("script", "iframe", "svg") and b"kopuro(" in lxml.html.tostring(
            element, with_tail=False
        ):
            return f"<{element.tag}>"
        for name, value in element.attrib.items():
            leads = name in ("href", "src", "action", "formaction") and LEADS.match(value)
            if (name.startswith("on") and "kopuro(" in value) or leads:
                return f"<{element.tag} {name}>"
    return ""


LEADS = re.compile(r"\s*(?:javascript|vbscript|data:text)", re.IGNORECASE)
"""Addresses that are programs."""


def comes_back(typed: str) -> str | None:
    """How a text that was typed stands in its field afterwards; None where nobody could see the difference."""
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cf", "Zl", "Zp", "Cn") for c in typed):
        return None
    return unicodedata.normalize("NFC", typed).strip()
