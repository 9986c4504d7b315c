// @klotho::execution_unit { id = "receiver" }
import { EventEmitter } from "node:events";
import { Greeter, make } from "./greeter";

const greeter = make(Greeter);

// @klotho::pubsub { id = "names" }
export const names = new EventEmitter();

names.on("name", async (name: string) => greeter.greet(name));
