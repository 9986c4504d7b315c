import { greeting } from "@acme/greetings";
import { createServer } from "node:http";

// @klotho::expose { id = "greetings", target = "public" }
export const server = createServer((_request, response) => response.end(greeting("Ada")));

server.listen(3000);
