/** The part of a `ServerResponse` that most answers need; the in-memory exchange has it too. */
export interface TestResponse {
  writeHead(status: number, headers?: Readonly<Record<string, string>>): { end(body?: string): unknown };
}

export interface ReceivedRequest {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Answers a request, or never does. */
export type Answer = (response: TestResponse, request: ReceivedRequest) => void;

export function sendText(
  response: TestResponse,
  status: number,
  body: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, headers).end(body);
}

export function sendJson(response: TestResponse, body: unknown): void {
  sendText(response, 200, JSON.stringify(body), { "content-type": "application/json" });
}

/** The exchange's envelope around `result`. */
export function envelope(result: unknown, timeMs: number): object {
  return { retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: timeMs };
}
