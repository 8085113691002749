import { expect, test } from "vitest";
import { redactAddress, redactCredentials } from "./redact.ts";

test.each([
  ["redis://default:hunter2@10.0.0.1:6379/0", "redis://***@10.0.0.1:6379/0"],
  ["connect https://me@example.com/a failed", "connect https://***@example.com/a failed"],
  ["a password with an at sign: redis://u:p@ss@host", "a password with an at sign: redis://***@host"],
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
  "a basic mistake",
])("leaves the rest as it is: %s", (text) => {
  expect(redactCredentials(text)).toBe(text);
});

test.each([
  ["redis://u:hunter2@host:6379/0", "redis://***@host:6379/0"],
  ["redis://u:hun/ter#2?@host", "redis://***@host"],
  ["redis//:hunter2@host", "***@host"],
  ["redis:u:hunter2@host", "***@host"],
  ["u:hunter2@host", "***@host"],
  ["redis://u:hunter2", "redis://u:***"],
  ["redis//:hunter2", "redis//:***"],
])("hides the password in the address %s, right or mistyped", (address, shown) => {
  expect(redactAddress(address)).toBe(shown);
});

test.each(["localhost:6379", "http://localhost", "redis://h:6379/notadb", "redis://", "ünï"])(
  "shows the address %s",
  (address) => {
    expect(redactAddress(address)).toBe(address);
  },
);
