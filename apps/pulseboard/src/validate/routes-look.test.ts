import { createFakeClock } from "@pulseboard/testing/fake-clock";
import { expect, it } from "vitest";
import type { HttpClient } from "../operator/http-client.ts";
import { lookAtRoutes } from "./routes-look.ts";

it("asks for a symbol of which half a character came", async () => {
  const asked: string[] = [];
  const bodies: Readonly<Record<string, unknown>> = {
    "/api/dashboard/mobile-data": { confluence_scores: [{ symbol: "A\ud800" }] },
    "/openapi.json": {
      paths: {
        "/symbol/{symbol}": { get: { responses: { 200: { content: { "application/json": { schema: {} } } } } } },
      },
    },
  };
  const ask: HttpClient["ask"] = async (path) => {
    asked.push(path);
    return { status: 200, headers: {}, body: bodies[path], text: "", tookMs: 1 };
  };
  await lookAtRoutes({ address: { base: "", headers: {} }, ask }, createFakeClock());
  expect(asked).toContain("/symbol/A%EF%BF%BD");
});

it("does not ask every route of a server that hangs on all of them", async () => {
  const clock = createFakeClock();
  const schema = { get: { responses: { 200: { content: { "application/json": { schema: {} } } } } } };
  const paths = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`/${n}`, schema]));
  let hung = 0;
  const ask: HttpClient["ask"] = async (path) => {
    if (path === "/openapi.json") {
      return { status: 200, headers: {}, body: { paths }, text: "", tookMs: 1 };
    }
    hung += 1;
    await clock.sleep(5_000);
    return { status: null, reason: "no answer within 5 s", wasConnected: true, tookMs: 5_000 };
  };
  const looked = lookAtRoutes({ address: { base: "", headers: {} }, ask }, clock);
  await clock.advance(70_000);
  const { answers } = await looked;
  expect(hung).toBeLessThan(60);
  expect(answers.get("/249")).toMatchObject({ reason: "not asked, because those before it took 60 s" });
});

it("asks a second time for a history that is still being read", async () => {
  const clock = createFakeClock();
  const asked: string[] = [];
  const schema = { get: { responses: { 200: { content: { "application/json": { schema: {} } } } } } };
  const ask: HttpClient["ask"] = async (path) => {
    asked.push(path);
    const warming = { status: "error", error: "history_warming" };
    const isFirst = asked.filter((each) => each === path).length === 1;
    const bodies: Readonly<Record<string, unknown>> = {
      "/openapi.json": { paths: { "/days": schema } },
      "/days": isFirst ? warming : { status: "success" },
    };
    return { status: 200, headers: {}, body: bodies[path], text: "", tookMs: 1 };
  };
  const looked = lookAtRoutes({ address: { base: "", headers: {} }, ask }, clock);
  await clock.advance(2_000);
  expect((await looked).answers.get("/days")).toMatchObject({ body: { status: "success" } });
  expect(asked.filter((path) => path === "/days")).toHaveLength(2);
});
