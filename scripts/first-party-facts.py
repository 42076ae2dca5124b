"""Writes Sources/FirstPartyData/Resources/telephone_*.tsv and Tests/FirstPartyDataTests/Fixtures/{telephones,tcf}.tsv.

Run by scripts/first-party-facts. The same packages give the same files.
"""

import base64
import random
from pathlib import Path

import phonenumbers
from iab_tcf import decode_v2
from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType, ValidationResult, phonenumberutil

RESOURCES = Path("Sources/FirstPartyData/Resources")
FIXTURES = Path("Tests/FirstPartyDataTests/Fixtures")
VENDOR = 793


def write(path, header, rows):
    for row in rows:
        assert not any("\t" in field or "\n" in field for field in row), row
    text = "\n".join("\t".join(row) for row in [header, *rows]) + "\n"
    path.write_text(text, encoding="utf-8")
    print(f"{path}: {len(rows)} rows")


# Telephone numbers: facts


def numbers(values):
    return " ".join(str(value) for value in values if value > 0)


KINDS = [
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
    "voicemail",
]


def assigned(metadata):
    """The pattern of the numbers that are in use: those of all kinds."""
    patterns = [getattr(metadata, kind).national_number_pattern for kind in KINDS if getattr(metadata, kind)]
    return "|".join(dict.fromkeys(pattern for pattern in patterns if pattern))


def region_row(region, metadata):
    code = metadata.country_code
    is_main = phonenumbers.region_code_for_country_code(code) == region
    return [
        region,
        str(code),
        "main" if is_main else "",
        metadata.international_prefix or "",
        metadata.national_prefix_for_parsing or "",
        (metadata.national_prefix_transform_rule or "").replace("\\", "$"),
        metadata.general_desc.national_number_pattern or "",
        assigned(metadata) if region != "001" else "",
        numbers(metadata.general_desc.possible_length),
        numbers(metadata.general_desc.possible_length_local_only),
    ]


def write_telephone_facts():
    rows = [region_row(r, PhoneMetadata.metadata_for_region(r)) for r in sorted(phonenumbers.SUPPORTED_REGIONS)]
    for code in sorted(phonenumberutil.COUNTRY_CODES_FOR_NON_GEO_REGIONS):
        rows.append(region_row("001", PhoneMetadata.metadata_for_nongeo_region(code)))
    header = [
        "region", "calling_code", "main", "international_prefix", "national_prefix", "national_prefix_rule",
        "pattern", "assigned", "lengths", "local_lengths",
    ]
    write(RESOURCES / "telephone_regions.tsv", header, rows)
    patterns = [
        ["number", phonenumberutil._VALID_PHONE_NUMBER_PATTERN.pattern],
        ["extension", phonenumberutil._EXTN_PATTERN.pattern],
    ]
    write(RESOURCES / "telephone_patterns.tsv", ["name", "pattern"], patterns)


# Telephone numbers: expectations


def parsed(text, region):
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    is_possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if is_possible else None


def expected(text, region):
    abroad = parsed(text if text.startswith("+") else "+" + text, None)
    at_home = parsed(text, region) if region and not text.startswith("+") else None
    chosen = at_home or abroad
    if at_home and abroad and abroad.country_code == phonenumbers.country_code_for_region(region):
        # A calling code without its plus sign, rather than the start of a number that is not in use, or of one without
        # the prefix that all numbers of the country have within it.
        is_assigned = phonenumbers.is_valid_number_for_region
        trunk = PhoneMetadata.metadata_for_region(region).national_prefix_for_parsing or ""
        has_trunk = trunk.isdigit() and not str(abroad.country_code).startswith(trunk)
        if is_assigned(abroad, region) and (has_trunk or not is_assigned(at_home, region)):
            chosen = abroad
    return phonenumbers.format_number(chosen, PhoneNumberFormat.E164)[1:] if chosen else None


def spellings(number, region, chance, is_first):
    written = [phonenumbers.format_number(number, form) for form in (0, 1, 2, 3)]
    yield from ((text, region) for text in written)
    if not is_first:
        return
    yield written[1], ""
    digits = phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
    yield digits, region
    yield digits, ""
    yield "".join(c for c in written[2] if c.isdigit()), region
    other = chance.choice(sorted(phonenumbers.SUPPORTED_REGIONS))
    yield phonenumbers.format_out_of_country_calling_number(number, other), other
    yield f"tel. {written[2]} ext. {chance.randrange(1, 999)}", region


def write_telephone_expectations():
    chance = random.Random(793)
    types = [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE]
    rows = {}
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in types:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            near = phonenumbers.PhoneNumber()
            near.merge_from(number)
            for _ in range(20):
                near.national_number = number.national_number // 10000 * 10000 + chance.randrange(10000)
                if phonenumbers.is_valid_number(near):
                    break
            for each in (number, near):
                for text, given in spellings(each, region, chance, each is number):
                    valid = "valid" if phonenumbers.is_valid_number(each) else ""
                    rows[text, given] = valid
            broken = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            rows.setdefault((broken[: chance.randrange(1, len(broken))], region), "")
            rows.setdefault((broken + str(chance.randrange(10**6)), region), "")
    table = [[text, given, expected(text, given or None) or "", valid] for (text, given), valid in rows.items()]
    write(FIXTURES / "telephones.tsv", ["text", "region", "expected", "valid"], table)


# Consent strings


class Bits:
    def __init__(self):
        self.text = ""

    def add(self, value, width):
        self.text += format(value, f"0{width}b")

    def encoded(self):
        padded = self.text + "0" * (-len(self.text) % 8)
        raw = bytes(int(padded[i : i + 8], 2) for i in range(0, len(padded), 8))
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def ranges(chance, bits, count, near):
    for _ in range(count):
        first = chance.choice([near, chance.randrange(1, 1500)])
        last = first + chance.choice([0, 0, chance.randrange(1, 400)])
        bits.add(int(last > first), 1)
        bits.add(first, 16)
        if last > first:
            bits.add(last, 16)


def vendors(chance, bits):
    highest = chance.choice([0, 5, 792, 793, 794, 1300])
    bits.add(highest, 16)
    as_ranges = chance.random() < 0.5
    bits.add(int(as_ranges), 1)
    if as_ranges:
        count = chance.randrange(0, 6)
        bits.add(count, 12)
        ranges(chance, bits, count, chance.choice([700, 793, 900]))
    else:
        for _ in range(highest):
            bits.add(int(chance.random() < 0.5), 1)


def core(chance):
    bits = Bits()
    bits.add(2, 6)
    bits.add(chance.randrange(16_000_000_000, 17_000_000_000), 36)
    bits.add(chance.randrange(16_000_000_000, 17_000_000_000), 36)
    for width in (12, 12, 6, 6, 6, 12):
        bits.add(chance.randrange(26), width)
    bits.add(chance.choice([2, 4, 5]), 6)
    bits.add(chance.randrange(4), 2)
    bits.add(chance.randrange(4), 12)
    for _ in range(24 + 24):
        bits.add(int(chance.random() < 0.8), 1)
    bits.add(int(chance.random() < 0.2), 1)
    bits.add(chance.randrange(26), 6)
    bits.add(chance.randrange(26), 6)
    vendors(chance, bits)
    vendors(chance, bits)
    count = chance.choice([0, 0, 1, 4])
    bits.add(count, 12)
    for purpose in chance.sample(range(1, 12), count):
        bits.add(purpose, 6)
        bits.add(chance.randrange(3), 2)
        entries = chance.randrange(1, 4)
        bits.add(entries, 12)
        ranges(chance, bits, entries, chance.choice([700, 793, 900]))
    return bits.encoded()


def segment(chance, kind):
    bits = Bits()
    bits.add(kind, 3)
    if kind == 3:
        for _ in range(48):
            bits.add(chance.randrange(2), 1)
        bits.add(0, 6)
    else:
        vendors(chance, bits)
    return bits.encoded()


def flags(values):
    return " ".join(str(i) for i in range(1, 25) if values.get(i))


def restricted(consent, kind):
    entries = consent.pub_restriction_entries
    return " ".join(
        str(p) for p in sorted({e.purpose_id for e in entries if e.restriction_type == kind and e.is_in_range(VENDOR)})
    )


def write_consent_expectations():
    chance = random.Random(2)
    rows = []
    for _ in range(400):
        text = core(chance)
        for kind in chance.sample([1, 2, 3], chance.randrange(3)):
            text += "." + segment(chance, kind)
        said = decode_v2(text)
        rows.append([
            text,
            str(said.tcf_policy_version),
            flags(said.purposes_consent),
            flags(said.purposes_legitimate_interests),
            "yes" if said.purpose_one_treatment else "no",
            "yes" if said.is_vendor_allowed(VENDOR) else "no",
            "yes" if said.is_interest_allowed(VENDOR) else "no",
            restricted(said, 0),
            restricted(said, 1),
            restricted(said, 2),
        ])
    header = [
        "string", "policy_version", "consents", "interests", "purpose_one_treatment", "vendor_consent",
        "vendor_interest", "forbidden", "consent_only", "interest_only",
    ]
    write(FIXTURES / "tcf.tsv", header, rows)


write_telephone_facts()
write_telephone_expectations()
write_consent_expectations()
