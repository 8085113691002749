import type { IncomingMessage, ServerResponse } from "node:http";
import { sendError } from "./json-responses.ts";
import { chooseRepresentation, chooseResponse, NOT_ACCEPTABLE_MESSAGE, prepareResponses } from "./negotiation.ts";
import { sendResponse } from "./prepared-response.ts";
import { type BodyDescription, prepareRepresentations, type Representation } from "./representation.ts";

/** Sends one file in the coding that the client prefers, or 304 when it already has the bytes. */
export type SendFile = (request: IncomingMessage, response: ServerResponse) => void;

/** Prepares a file in each coding, with every response that it can lead to. */
export async function prepareFile(bytes: Buffer, description: BodyDescription): Promise<SendFile> {
  const representations = await prepareRepresentations(bytes, description);
  const responses = new Map(
    Object.values(representations).map((representation: Representation) => [
      representation,
      prepareResponses(representation),
    ]),
  );
  return (request, response) => {
    const representation = chooseRepresentation(representations, request);
    const prepared = representation === null ? undefined : responses.get(representation);
    if (prepared === undefined) {
      response.setHeader("Vary", "Accept-Encoding");
      sendError(response, 406, "not_acceptable", NOT_ACCEPTABLE_MESSAGE);
    } else {
      sendResponse(response, chooseResponse(prepared, request));
    }
  };
}
