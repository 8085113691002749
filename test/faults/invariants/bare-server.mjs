// A bare node:http server whose delays are the machine's. It ends with the process that started it.
import { createServer } from "node:http";

const BODY = Buffer.alloc(20_000, "x");

const server = createServer((_request, response) => response.end(BODY));
server.listen(0, "127.0.0.1", () => process.send?.({ port: server.address().port }));
process.on("disconnect", () => process.exit(0));
