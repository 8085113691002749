import { expect, test } from "vitest";
import { redactCredentials } from "./redact.ts";

test.each([
  ["redis://default:hunter2@10.0.0.1:6379/0", "redis://***@10.0.0.1:6379/0"],
  ["connect https://me@example.com/a failed", "connect https://***@example.com/a failed"],
  ["a password with an at sign: redis://u:p@ss@host", "a password with an at sign: redis://***@host"],
  ["connect to redis://:s3cret/with/s@127.0.0.1:6379/0", "connect to redis://***@127.0.0.1:6379/0"],
  ["rediss://u:a?b#c@h/0 failed", "rediss://***@h/0 failed"],
  ['{"url":"redis://:a\\"b/c@h","at":"a@b"}', '{"url":"redis://***@h","at":"a@b"}'],
  ["GET https://me:pa/ss@mirror.example/x", "GET https://***@mirror.example/x"],
  ["GET https://api.example/v3?x_cg_demo_api_key=abc", "GET https://api.example/v3?x_cg_demo_api_key=***"],
  ["https://api.example.com/global?x=1&api_key=abc&y=2", "https://api.example.com/global?x=1&api_key=***&y=2"],
  ["GET /refresh?token=abc", "GET /refresh?token=***"],
  ["Authorization: Bearer eyJhbGciOi.J9-_x==", "Authorization: Bearer ***"],
  ["authorization: basic dXNlcjpwYXNz", "authorization: basic ***"],
  ["the header was Bearer abc.def", "the header was Bearer ***"],
])("hides what must not be seen in: %s", (text, shown) => {
  expect(redactCredentials(text)).toBe(shown);
});

test.each([
  "https://api.bybit.com/v5/market/kline?symbol=BTCUSDT&limit=1000",
  "see https://example.com/@user and write to a@b.example",
  "https://example.com?mail=a@b.example",
  "http://127.0.0.1:8002/mobile and a@b.example",
  "http://[::1]:8002/x@y",
  '{"url":"redis://127.0.0.1:6379","by":"a@b.example"}',
  "a basic mistake",
  "redis://[user:password@]host[:port][/database], or rediss:// for TLS; percent-encode (@ as %40)",
])("leaves the rest as it is: %s", (text) => {
  expect(redactCredentials(text)).toBe(text);
});
