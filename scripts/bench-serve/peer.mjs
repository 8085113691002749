// One of the servers that ours is compared with: `node peer.mjs raw|express|redis FILE [REDIS_URL]`. Each responds with the
// JSON text in FILE.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import express from "express";
import { Redis } from "ioredis";

const [, , kind = "", file = "", redisUrl = ""] = process.argv;
const text = readFileSync(file, "utf8");

/** The least that a server can do: write the same bytes again. */
function raw() {
  const gzip = gzipSync(text);
  const etag = `"${createHash("sha256").update(gzip).digest("base64url").slice(0, 22)}"`;
  const headers = {
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": gzip.length,
    "Content-Encoding": "gzip",
    ETag: etag,
  };
  return createServer((request, response) => {
    if (request.headers["if-none-match"] !== undefined) {
      response.writeHead(304, { ETag: etag }).end();
    } else {
      response.writeHead(200, headers).end(gzip);
    }
  });
}

/** The server as one would write it first. */
function withExpress() {
  const body = JSON.parse(text);
  const app = express();
  app.get("/body", (_request, response) => void response.json(body));
  return createServer(app);
}

/** The system before this one: it read the cache on each request. */
async function withRedis() {
  const redis = new Redis(redisUrl);
  await redis.set("bench:body", text);
  const app = express();
  app.get("/body", async (_request, response) => {
    response.json(JSON.parse((await redis.get("bench:body")) ?? "{}"));
  });
  return createServer(app);
}

const server = kind === "raw" ? raw() : kind === "express" ? withExpress() : await withRedis();
server.listen({ host: "127.0.0.1", port: 0 }, () => {
  const address = server.address();
  process.send?.({ url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/body` });
});
