/** Number of characters of an IBAN, with the countries that use it. @see https://www.swift.com/standards/data-standards/iban-international-bank-account-number */
const COUNTRIES: Record<number, string> = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
};

/** Two digits from 02 to 98: the others never occur. */
const CHECK_DIGITS = "(?:0[2-9]|[1-8][0-9]|9[0-8])";
const CHARACTER = "[A-Za-z0-9]";

/**
 * International bank account numbers: country, check digits, and as many characters as the country uses, at once or in groups of four. A
 * regular expression cannot compute whether the check digits are right.
 */
export const IBANS: string[] = Object.entries(COUNTRIES).map(([length, names]) => {
    const left = Number(length) - 4;
    const countries = names.split(" ").flatMap((name) => [name, name.toLowerCase()]);
    const groups = `(?:[ -]?${CHARACTER}{4}){${Math.floor(left / 4)}}`;
    const rest = left % 4 === 0 ? "" : `[ -]?${CHARACTER}{${left % 4}}`;
    return String.raw`\b(?:${countries.join("|")})${CHECK_DIGITS}${groups}${rest}\b`;
});
