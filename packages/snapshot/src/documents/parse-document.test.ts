import { expect, it } from "vitest";
import { z } from "zod";
import { type DocumentKind, parseDocument } from "./parse-document.ts";

// A made-up kind at its third version: version 2 called the price "last".
const kind: DocumentKind = {
  name: "made:up",
  version: 3,
  schema: z.object({ schema_version: z.literal(3), price: z.number() }),
  maxBytes: 100,
  fromPrevious: ({ last, ...rest }) => ({ ...rest, schema_version: 3, price: last }),
};

const parse = (document: unknown) => parseDocument(JSON.stringify(document), kind);

it("reads the current version as it is, including fields that a newer writer of that version added", () => {
  const document = { schema_version: 3, price: 1.5, added_later: { by: "a newer writer" } };
  expect(parse(document)).toEqual({ ok: true, document });
});

it("reads the previous version as the current one", () => {
  expect(parse({ schema_version: 2, last: 1.5 })).toEqual({ ok: true, document: { schema_version: 3, price: 1.5 } });
});

it("checks the upgraded document of the previous version", () => {
  expect(parse({ schema_version: 2, last: "1.5" })).toEqual({
    ok: false,
    problem: "price: expected number, received string",
  });
});

it.each([[1], [4], ["3"], [null]])("does not read version %j", (version) => {
  expect(parse({ schema_version: version, price: 1.5 })).toEqual({
    ok: false,
    problem: `schema_version: this reader knows 3 and 2, the document has ${JSON.stringify(version)}`,
  });
});

it("does not read the version before the first one", () => {
  const first = { ...kind, version: 1, fromPrevious: null };
  expect(parseDocument(JSON.stringify({ schema_version: 0, price: 1.5 }), first)).toEqual({
    ok: false,
    problem: "schema_version: this reader knows 1, the document has 0",
  });
});

it.each([
  ["", /^not JSON: /],
  ['{"schema_version":3,"pri', /^not JSON: /],
  ["null", /^expected an object$/],
  ["[]", /^expected an object$/],
  // JSON within JSON.
  [JSON.stringify('{"schema_version":3,"price":1.5}'), /^expected an object$/],
  ["{}", /^schema_version: .* the document has none$/],
  [`{"schema_version":3,"price":1.5,"padding":"${"x".repeat(100)}"}`, /^\d+ bytes are more than the 100 that made:up/],
  // 60 letters of two bytes each: the limit is in bytes.
  [`"${"é".repeat(60)}"`, /^122 bytes are more than the 100/],
])("does not read %j", (text, problem) => {
  expect(parseDocument(text, kind)).toEqual({ ok: false, problem: expect.stringMatching(problem) });
});

it("survives a migration that cannot make sense of a damaged document", () => {
  const brittle: DocumentKind = {
    ...kind,
    fromPrevious: () => {
      throw new TypeError("cannot read last of undefined");
    },
  };
  expect(parseDocument('{"schema_version":2}', brittle)).toEqual({
    ok: false,
    problem: "schema_version 2 could not be brought to 3: cannot read last of undefined",
  });
});
