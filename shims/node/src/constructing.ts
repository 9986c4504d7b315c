/** A class of the application's own library. */
export type Class = abstract new (...args: never[]) => object;

/**
 * `own`, but for the arguments that its objects are made from, and for what `finish` does to such an object. It stays the
 * same class in every other respect: its objects are instances of `own`, and its static members are there.
 */
export function constructing<C extends Class>(
  own: C,
  args: (given: readonly unknown[]) => unknown[],
  finish: (made: InstanceType<C>) => void = () => {},
): C {
  const make = (given: readonly unknown[], target: C): object => {
    const made = Reflect.construct(own, args(given), target) as InstanceType<C>;
    finish(made);
    return made;
  };
  const planned: C = new Proxy(own, {
    construct: (_, given, target) => make(given, target === planned ? own : (target as C)),
    // Some libraries' classes may be called without `new`.
    apply: (_, _this, given) => make(given, own),
  });
  return planned;
}
