import { readFileSync } from "node:fs";
import { CONFIG_VARIABLES } from "@pulseboard/runtime";
import { expect, it } from "vitest";

const example = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");

it(".env.example lists every variable, in order, with the default and the description of the schema", () => {
  const listed = [...example.matchAll(/^# (.+)\n#([A-Z_]+)=(.*)$/gm)].map(([, description, name, value]) => ({
    name,
    default: value,
    description,
  }));
  expect(listed).toEqual(CONFIG_VARIABLES);
});
