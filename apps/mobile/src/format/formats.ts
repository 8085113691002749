/**
 * The formats of the page's language, which is English whatever the phone's language: figures in other digits or with another
 * decimal sign would not belong to the words around them. Only the time zone is the phone's. Every number on the page goes
 * through here.
 */
export interface Formats {
  /** USD per coin without a currency sign: five significant digits, and at least cents. 64,250.10, 0.081230. */
  readonly price: (usdPerCoin: number) => string;
  /** An amount with three significant digits: $1.23B. */
  readonly usd: (usd: number) => string;
  /** A percentage as it is (2.3 means 2.3 %), 2 decimals by default. */
  readonly percent: (percent: number, decimals?: number) => string;
  /** The same with its sign, + as well as -; 0 has none. */
  readonly signedPercent: (percent: number, decimals?: number) => string;
  /** A fraction of 1 in whole percent: 0.87 is 87%. */
  readonly share: (share: number) => string;
  /** A plain number, 2 decimals by default. */
  readonly number: (value: number, decimals?: number) => string;
  readonly signedNumber: (value: number, decimals?: number) => string;
  /** A score with one decimal. The data has two; a list needs no more than one. */
  readonly score: (score: number) => string;
  readonly count: (count: number) => string;
  /** Hours and minutes of 24 h, in the reader's time zone. */
  readonly time: (unixS: number) => string;
  /** Day and month, in the reader's time zone. */
  readonly day: (unixS: number) => string;
  /** Day, month, hours and minutes of 24 h, in the reader's time zone. */
  readonly dateTime: (unixS: number) => string;
}

const COMPACT_USD = {
  style: "currency",
  currency: "USD",
  currencyDisplay: "narrowSymbol",
  notation: "compact",
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
} as const;

const LOCALE = "en-US";
const HOURS_AND_MINUTES = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;

const number = byDecimals({ signDisplay: "negative" });
const signedNumber = byDecimals({ signDisplay: "exceptZero" });
const percent = byDecimals({ style: "unit", unit: "percent", signDisplay: "negative" });
const signedPercent = byDecimals({ style: "unit", unit: "percent", signDisplay: "exceptZero" });
const usd = onFirstUse(() => new Intl.NumberFormat(LOCALE, COMPACT_USD));
const time = onFirstUse(() => new Intl.DateTimeFormat(LOCALE, HOURS_AND_MINUTES));
const DAY_AND_MONTH = { day: "numeric", month: "short" } as const;
const day = onFirstUse(() => new Intl.DateTimeFormat(LOCALE, DAY_AND_MONTH));
const dateTime = onFirstUse(() => new Intl.DateTimeFormat(LOCALE, { ...DAY_AND_MONTH, ...HOURS_AND_MINUTES }));

export const formats: Formats = {
  price: (usdPerCoin) => number(usdPerCoin, priceDecimals(usdPerCoin)),
  usd: (amount) => usd().format(amount),
  percent: (value, decimals = 2) => percent(value, decimals),
  signedPercent: (value, decimals = 2) => signedPercent(value, decimals),
  share: (share) => percent(share * 100, 0),
  number: (value, decimals = 2) => number(value, decimals),
  signedNumber: (value, decimals = 2) => signedNumber(value, decimals),
  score: (score) => number(score, 1),
  count: (count) => number(count, 0),
  time: (unixS) => time().format(unixS * 1000),
  day: (unixS) => day().format(unixS * 1000),
  dateTime: (unixS) => dateTime().format(unixS * 1000),
};

/** Prices in one list range from 1e-9 to 1e6 USD. */
function priceDecimals(usd: number): number {
  if (!(usd > 0)) {
    return 2;
  }
  return Math.min(Math.max(4 - Math.floor(Math.log10(usd)), 2), 12);
}

/**
 * Always writes the given number of decimals, so that figures line up and keep their width as they change. Creating a
 * format costs 50 us and more, and a row needs ten, so each is created once.
 */
function byDecimals(options: Intl.NumberFormatOptions): (value: number, decimals: number) => string {
  const made = new Map<number, Intl.NumberFormat>();
  return (value, decimals) => {
    let format = made.get(decimals);
    if (format === undefined) {
      format = new Intl.NumberFormat(LOCALE, {
        ...options,
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      });
      made.set(decimals, format);
    }
    return format.format(value);
  };
}

/** Creates a format when it is needed: before the first paint nothing is. */
function onFirstUse<Format>(create: () => Format): () => Format {
  let format: Format | null = null;
  return () => {
    format ??= create();
    return format;
  };
}
