"""Words that people in our languages choose first, for ``choices.passphrase_fault``. Written by us, small letters.

They are no forbidden words: each only counts for little. Four of them and something of one's own make a passphrase.
"""

from typing import Final

_ENGLISH: Final = """
password passwort passphrase pass word letmein letme welcome admin administrator root user login signin guest test
testing tester secret private default change changeme changeit please access master system computer internet server
office network website email mail google facebook telegram whatsapp youtube instagram windows android iphone samsung
love iloveyou loveyou lover baby angel princess prince sunshine sun summer winter spring autumn monkey dragon shadow
football soccer baseball basketball hello hello1 helloworld world freedom forever friend friends family mother father
mama papa daughter sister brother flower rose orange apple banana cherry chocolate cookie cheese coffee pepper ginger
superman batman spiderman pokemon starwars matrix killer hunter ranger tiger lion eagle horse correct battery staple
michael michelle daniel david thomas robert jordan jessica ashley charlie maria anna diana alex alexander andrew nikita
money lucky happy smile star moon night black white green blue silver golden gold diamond crystal phoenix thunder
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december trustno whatever nothing something qwerty qwertz azerty asdf zxcv abc abcd abcde xyz
the and for you that this with have from not are was but can all our new one two three four five six seven eight nine ten
"""

_RUSSIAN: Final = """
пароль пароли секрет админ вход логин привет любовь люблю тебя любимая любимый солнце солнышко зайка зайчик котик котенок
малыш малышка мама мамочка папа сынок дочка дочь сестра братик семья друг друзья подруга жизнь счастье удача надежда
вера мир свобода победа россия москва родина ангел принцесса королева звезда звездочка весна лето осень зима цветок
роза ромашка сирень кошка собака мышка тигр лев орел медведь лошадь футбол спартак динамо машина компьютер интернет
работа офис школа университет начальник директор бухгалтер бухгалтерия наташа настя саша сергей андрей алексей александр
елена ольга татьяна ирина марина светлана юлия анна мария екатерина дмитрий максим иван николай владимир
понедельник вторник среда четверг пятница суббота воскресенье январь февраль март апрель май июнь июль август сентябрь
октябрь ноябрь декабрь один два три четыре пять шесть семь восемь девять десять йцукен
parol parolj privet lubov lyubov lublu lyublyu solnce solnyshko zaika kotik malysh mamochka semya druzya zhizn udacha
nadezhda svoboda pobeda rossiya rossia moskva rodina zvezda vesna leto osen zima natasha nastya sasha sergey andrey
aleksey aleksandr elena olga tatyana irina marina svetlana yulia ekaterina dmitriy maksim ivan nikolay vladimir spartak
"""

_KYRGYZ: Final = """
сырсөз купуя салам саламатсызбы кыргыз кыргызстан бишкек жалалабад баткен манас ысыккөл алатоо мекен эркиндик сүйүү
махабат жаным жүрөк апа апам ата атам эне бала балам кызым уулум үйбүлө дос достор бакыт ырыс күн ай жылдыз гүл жаз
жай күз кыш ак кара кызыл көк бир эки үч төрт беш алты жети сегиз тогуз айгүл айжан нурлан азамат бакыт бермет гүлнара
syrsoz salam kyrgyz kyrgyzstan bishkek osh jalalabad djalalabad batken manas issykkul alatoo mahabat janym apam atam
balam kyzym bakyt aigul ayjan nurlan azamat gulnara
"""

_UZBEK: Final = """
maxfiy salom assalomu alaykum uzbekistan ozbekiston ўзбекистон узбекистан toshkent tashkent тошкент ташкент андижон
andijon andijan fargona fergana ferghana фаргона фергана namangan наманган samarqand samarkand бухоро buxoro bukhara
vatan ona onam ota otam bola bolam qizim oglim oila dost dostlar sevgi sevaman muhabbat jonim yurak baxt omad quyosh
oy yulduz gul bahor yoz kuz qish oq qora qizil bir ikki uch tort besh olti yetti sakkiz toqqiz dilnoza dilfuza nodira
gulnora malika zulfiya aziz jasur sherzod bobur temur amir махфий салом ватан онам отам болам севги жоним бахт
"""

_TAJIK: Final = """
рамз рози махфи салом ассалому алейкум точикистон тоҷикистон таджикистан tojikiston tajikistan dushanbe душанбе khujand
khujand хуҷанд худжанд кулоб kulob исфара isfara ватан модар модарам падар падарам бача духтар писар оила дуст дӯст
дустон муҳаббат мухаббат ишқ ишк ҷонам чонам дил баҳор бахор тобистон тирамоҳ зимистон гул ситора офтоб моҳтоб сафед сиёҳ
як ду се чор панҷ шаш ҳафт ҳашт нуҳ даҳ фирдавс рустам шаҳноза мадина зарина сомон рудаки modar padar ishq muhabbat
"""

COMMON: Final = frozenset(f"{_ENGLISH} {_RUSSIAN} {_KYRGYZ} {_UZBEK} {_TAJIK}".casefold().split())
