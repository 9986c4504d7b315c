import "reflect-metadata";
import { Clock } from "./clock";

type Class<T> = new (...needed: never[]) => T;

const injectable = (): ClassDecorator => () => {};

export function make<T>(type: Class<T>): T {
  const needed: Class<unknown>[] = Reflect.getMetadata("design:paramtypes", type) ?? [];
  return new type(...(needed.map((one) => make(one)) as never[]));
}

@injectable()
export class Greeter {
  constructor(private readonly clock: Clock) {}

  greet(name: string): void {
    throw new Error(`${name} at ${this.clock.time()}`);
  }
}
