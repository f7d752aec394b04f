"""Short articles of our own writing in scripts that need care, each with what an author adds to it."""

from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize


@dataclass(frozen=True)
class Article:
    """A text with a headline and a paragraph, and the answers of its author."""

    language: str
    text: str
    sentences: tuple[str, ...]
    """The segments that the text must be cut into."""
    cut_before: tuple[str, ...]
    glosses: tuple[str, ...]
    anchors: tuple[str, ...]
    """Words of one sentence as an author types them."""
    found: tuple[str, ...]
    """The same as they stand in the text."""
    claim: str


def _article(
    language: str,
    sentences: tuple[str, ...],
    glosses: tuple[str, ...],
    anchors: tuple[str, ...],
    claim: str,
    *,
    between: str = " ",
    cut_before: tuple[str, ...] = (),
    found: tuple[str, ...] | None = None,
    form: Literal["NFC", "NFD"] = "NFC",
) -> Article:
    headline, *body = (normalize(form, sentence) for sentence in sentences)
    text = f"{headline}\n\n{between.join(body)}\n"
    stands = tuple(normalize(form, words) for words in (found or anchors))
    return Article(language, text, (headline, *body), cut_before, glosses, anchors, stands, claim)


HINDI = _article(
    "hi",
    (
        "बंदरगाह का पुल मरम्मत के लिए बंद होगा",
        "महापौर अदिति शर्मा ने सोमवार को कहा कि पुल की ग्यारह बार जाँच हुई है।",
        "उन्होंने पुरानी मरम्मत को “शर्मनाक” बताया।",
    ),
    (
        "शीर्षक पुल के बंद होने की सूचना देता है।",
        "महापौर जाँचों की संख्या बताती हैं।",
        "महापौर पिछले काम की निंदा करती हैं।",
    ),
    ("महापौर अदिति शर्मा ने", "ग्यारह बार जाँच हुई"),
    "महापौर अदिति शर्मा के अनुसार पुल को अब तक ग्यारह बार जाँचा गया।",
)
ARABIC = _article(
    "ar",
    (
        "جسر الميناء سيُغلق للإصلاح",
        "قالت رئيسة البلدية آدا ليند يوم الاثنين إنَّ الجسرَ فُحِصَ إحدى عشرة مرةً.",
        "ووصفت الإصلاحات القديمة بأنها «عارٌ».",
        "فهل يُفتح الجسر قريبًا؟",
    ),
    (
        "العنوان يعلن الإغلاق.",
        "تذكر الرئيسة عدد الفحوص.",
        "تنتقد الرئيسة الأعمال السابقة «بشدة».",
        "متى يُستأنف المرور؟",
    ),
    ("الجسرَ", "فُحِصَ إحدى عشرة مرةً"),
    "خضع جسر الميناء للفحص إحدى عشرة مرة حتى ذلك اليوم.",
)
CHINESE = _article(
    "zh",
    (
        "港口大桥将关闭维修",
        "市长林德星期一说，",
        "大桥自2019年以来检查了十一次。",
        "她称以前的维修“丢脸”。",
        "大桥什么时候开放？",
    ),
    (
        "标题宣布封桥。",
        "交代消息的来源。",
        "市长给出检查的次数。",
        "市长批评先前的工程！",
        "记者问何时通车？",
    ),
    ("大桥自2019年", "检查了十一次"),
    "从2019年到该日，港口的桥一共受检十一回。",
    between="",
    cut_before=("大桥自2019年",),
)
THAI = _article(
    "th",
    (
        "สะพานท่าเรือจะปิดซ่อม",
        "นายกเทศมนตรีลินด์กล่าวเมื่อวันจันทร์ว่าสะพานได้รับการตรวจสอบสิบเอ็ดครั้ง",
        "เธอเรียกการซ่อมครั้งก่อนว่า “น่าอับอาย”",
    ),
    ("พาดหัวแจ้งเรื่องการปิดสะพาน", "ลินด์บอกจำนวนครั้งของการตรวจ", "เธอตำหนิงานที่ผ่านมา"),
    ("นายกเทศมนตรีลินด์กล่าว", "ตรวจสอบสิบเอ็ดครั้ง"),
    "มีการตรวจสะพานนี้มาแล้วสิบเอ็ดหน",
    cut_before=("เธอเรียก",),
)
VIETNAMESE = _article(
    "vi",
    (
        "Cầu cảng sẽ đóng để sửa chữa",
        "Thị trưởng Ada Lind nói hôm thứ Hai rằng cây\u00a0cầu đã được kiểm tra mười một lần.",
        "Bà gọi việc sửa chữa trước đây là “nỗi hổ thẹn”.",
    ),
    ("Tiêu đề báo tin đóng cầu.", "Bà Lind cho biết số lần kiểm tra.", "Bà Lind chê những lần sửa cũ."),
    ("cây  cầu", "kiểm tra mười một lần"),
    "Tính đến ngày đó, cầu cảng đã qua mười một lần kiểm tra.",
    found=("cây\u00a0cầu", "kiểm tra mười một lần"),
    form="NFD",
)
ARTICLES = (HINDI, ARABIC, CHINESE, THAI, VIETNAMESE)
