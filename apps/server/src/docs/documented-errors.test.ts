import { request } from "node:http";
import { json } from "node:stream/consumers";
import { expect, it } from "vitest";
import { samplePublication } from "../testing/sample-documents.ts";
import { startTestServer } from "../testing/test-server.ts";
import { openApiDocument } from "./openapi-document.ts";

const PATH = "/api/dashboard/mobile-data";

/** The single example body in the description. */
function documented(path: string, status: number): unknown {
  const item = openApiDocument("0.1.0").paths[path] as {
    get: { responses: Record<string, { content: Record<string, { examples: Record<string, { value: unknown }> }> }> };
  };
  const examples = Object.values(item.get.responses[status]?.content["application/json"]?.examples ?? {});
  expect(examples).toHaveLength(1);
  return examples[0]?.value;
}

/** A GET that fetch would not send. */
function ask(url: string, headers: Record<string, string>, body = ""): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (response) => {
      json(response).then((answered) => resolve({ status: response.statusCode ?? 0, body: answered }), reject);
    })
      .on("error", reject)
      .end(body);
  });
}

it.each([
  { what: "a body", status: 400, path: PATH, headers: { "content-length": "1" }, body: "x" },
  { what: "no acceptable coding", status: 406, path: PATH, headers: { "accept-encoding": "identity;q=0" } },
  { what: "no handshake on the WebSocket's address", status: 426, path: "/ws", headers: {} },
])("a request with $what gets the documented response", async ({ status, path, headers, body }) => {
  const { server } = await startTestServer({}, (store) => store.publish(samplePublication()));
  expect(await ask(server.url + path, headers, body)).toEqual({ status, body: documented(path, status) });
});

it("a request beyond the rate limit gets the documented response", async () => {
  const { server } = await startTestServer({ edge: { rateLimitPerMinute: 1, trustProxy: [], corsOrigins: [] } });
  await ask(server.url + PATH, {});
  expect(await ask(server.url + PATH, {})).toEqual({ status: 429, body: documented(PATH, 429) });
});

it("the address of the WebSocket names its protocol", async () => {
  const { get } = await startTestServer();
  const answer = await get("/ws");
  expect(answer.headers.get("upgrade")).toBe("websocket");
  expect(answer.headers.get("connection")).toContain("close");
  expect((await get("/ws", { method: "POST" })).status).toBe(405);
});
