/** One value for each request, made when it is first asked for, and gone with the request. */
export function perRequest<Value>(): (request: object, make: () => Value) => Value {
  const known = new WeakMap<object, Value>();
  return (request, make) => {
    const before = known.get(request);
    if (before !== undefined) return before;
    const made = make();
    known.set(request, made);
    return made;
  };
}
