import { types } from 'pg';

type Parser = (text: string) => unknown;

const asText: Parser = (text) => text;
/** `NaN` and `Infinity`, which JSON has not, stay text. */
const asNumber: Parser = (text) => (Number.isFinite(Number(text)) ? Number(text) : text);
const asBase64: Parser = (text) =>
  text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex').toString('base64') : text;
const asJson: Parser = (text) => JSON.parse(text) as unknown;
/** Of the ISO form that PostgreSQL writes; dates before Christ and `infinity` stay as they are. */
const asIsoTime: Parser = (text) =>
  text.replace(/^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(?:\+00)?$/, (whole, date: string, time: string) =>
    whole.endsWith('+00') ? `${date}T${time}Z` : `${date}T${time}`,
  );

/** By type: what JSON can hold without loss is no text; bigint, numeric, date, interval, uuid and all others are. */
const scalars = new Map<number, Parser>([
  [16, (text) => text === 't'],
  [17, asBase64],
  [21, asNumber],
  [23, asNumber],
  [26, asNumber],
  [114, asJson],
  [700, asNumber],
  [701, asNumber],
  [1114, asIsoTime],
  [1184, asIsoTime],
  [3802, asJson],
]);

/** Type of the elements by type of the array. */
const arrays = new Map<number, number>([
  [199, 114],
  [1000, 16],
  [1001, 17],
  [1005, 21],
  [1007, 23],
  [1009, 25],
  [1015, 1043],
  [1016, 20],
  [1021, 700],
  [1022, 701],
  [1028, 26],
  [1115, 1114],
  [1182, 1082],
  [1185, 1184],
  [1231, 1700],
  [2951, 2950],
  [3807, 3802],
]);

/** The package has another form of it than its types say. */
const arrayParser = types.arrayParser as unknown as {
  create: (text: string, parse: Parser) => { parse: () => unknown[] };
};

/** How values of a type become what JSON can hold. */
export function postgresParser(oid: number): Parser {
  const element = arrays.get(oid);
  if (element === undefined) return scalars.get(oid) ?? asText;
  const parse = scalars.get(element) ?? asText;
  return (text) => arrayParser.create(text, parse).parse();
}
