"""The words of the synthetic corpus: names, things to count, and one pattern per kind of proposition.

Each sentence has three wordings, for the article, the gloss and the claim, so that no text repeats seven
words of its source. `documents` fills the patterns in.
"""

from collections.abc import Callable
from dataclasses import dataclass

FIRST_NAMES = (
    "Ada", "Björn", "Carla", "Dmitri", "Elif", "Farah", "Gonçalo", "Hana", "Ines", "Jamal", "Katarzyna",
    "Liam", "Mónica", "Noor", "Olga", "Priya", "Quentin", "Rosa", "Søren", "Tomoko", "Ugo", "Věra",
    "Wanjiru", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abara", "Bergström", "Castillo", "Dvořák", "Eriksen", "Fofana", "Grünwald", "Haddad", "Ivanova",
    "Jansen", "Kowalczyk", "Lind", "Mbeki", "Núñez", "Okafor", "Petrov", "Quispe", "Rossi", "Şahin",
    "Tanaka", "Ueda", "Vasquez", "Weiss", "Yilmaz",
)  # fmt: skip
PLACE_STARTS = (
    "Alder", "Birch", "Clay", "Dun", "East", "Fern", "Glen", "Hazel", "Iron", "Kings", "Lark", "Marsh",
    "North", "Oak", "Pine", "Quarry", "Raven", "Silver", "Thorn", "West",
)  # fmt: skip
PLACE_ENDS = (
    "bridge", "brook", "burgh", "field", "ford", "gate", "ham", "haven", "holm", "mouth", "port",
    "wick",
)  # fmt: skip
PAPERS = ("Courier", "Gazette", "Herald", "Observer", "Post", "Tribune")
BODIES = {
    "organization": "Chamber of Trade",
    "government": "City Council",
    "group": "residents",
    "document": "annual report",
}
THINGS = (
    "bus routes", "flood gates", "school places", "hospital beds", "ferry crossings", "solar panels",
    "oak trees", "street lamps", "water meters", "parking permits", "library loans", "cycle lanes",
    "wind turbines", "market stalls", "river locks", "fire engines", "rental flats", "tram stops",
    "night shelters", "noise complaints",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
HEADS = (
    "{who} told reporters in {place} that",
    "Speaking to the {paper}, {who} said that",
    "In a letter read out on the radio, {who} wrote that",
    "According to {who},",
)
SETTINGS = ("interview", "interview", "public_statement", "report")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One kind of proposition in its three wordings, with its labels.

    `about` takes the year of the document and returns the time that the proposition is about, in EDTF, or
    None.
    """

    kind: str
    said: str
    gloss: str
    claim: str
    evidence: tuple[str, ...]
    barriers: tuple[str, ...]
    about: Callable[[int], str | None]


PATTERNS = (
    Pattern(
        "quantity",
        "{n} {things} had been counted by {month} {past}",
        "A count of {things} in {place} is given for {month} {past}.",
        "{place} had {n} {things} in {month} {past}.",
        ("statistics", "official_record"),
        (),
        lambda year: str(year - 1),
    ),
    Pattern(
        "event",
        "workers removed {n} {things} near the station in {month}",
        "The removal of {things} close to the station is mentioned.",
        "In {month} {past}, {n} {things} were taken away from the area around {place} station.",
        ("reporting",),
        (),
        lambda year: f"{year - 1}-01/{year - 1}-12",
    ),
    Pattern(
        "state",
        "all {n} {things} are out of use because of the works",
        "The {things} of {place} are said to be out of use.",
        "None of the {n} {things} of {place} can be used.",
        ("official_record", "reporting"),
        (),
        str,
    ),
    Pattern(
        "rule",
        "nobody may own more than {n} {things} under the new by-law",
        "A limit on {things} in a by-law is described.",
        "The by-law of {place} allows one owner at most {n} {things}.",
        ("legal_text",),
        (),
        lambda year: f"{year}/..",
    ),
    Pattern(
        "causal",
        "the storm of {past} cost the town {n} {things}",
        "A storm is named as what {things} were lost to.",
        "{place} lost {n} {things} through the storm of {past}.",
        ("reporting",),
        ("vague",),
        lambda year: str(year - 1),
    ),
    Pattern(
        "mental_state",
        "the mayor is afraid of losing {n} {things}",
        "The mayor's worries about {things} are described.",
        "The mayor of {place} fears that {n} {things} will be lost.",
        (),
        ("mental_state",),
        str,
    ),
    Pattern(
        "evaluation",
        "the plan for {n} {things} is “the worst in years”",
        "The plan for {things} is judged harshly.",
        "The plan of {place} for {n} {things} is worse than any before it.",
        ("official_record",),
        ("value_judgement",),
        lambda _: None,
    ),
    Pattern(
        "prescription",
        "the council ought to pay for {n} {things} at once",
        "Money for {things} is demanded from the council.",
        "The council of {place} should finance {n} {things} without delay.",
        (),
        ("prescription",),
        lambda year: f"{year}-12/..",
    ),
    Pattern(
        "prediction",
        "there will be {n} {things} by the end of the decade",
        "A forecast of {things} for the decade is given.",
        "Before the decade ends {place} will have {n} {things}.",
        (),
        ("future",),
        lambda year: f"{year}/{year // 10 * 10 + 9}",
    ),
    Pattern(
        "commitment",
        "the council has promised {n} {things} to every district",
        "A promise about {things} is recalled.",
        "The council of {place} has pledged {n} {things} for each district.",
        ("recording", "reporting"),
        ("future", "vague"),
        lambda year: f"{year}-06/..",
    ),
)
"""Every kind but `utterance`, which is made of who says any of these."""
