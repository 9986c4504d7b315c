/** How long a connection to AWS may take. */
const CONNECT_MS = 3_000;

/**
 * How long a client of AWS waits, for its `requestHandler`: a request without an answer, or an answer that stops, is on a
 * connection that has died, as those are which Lambda had frozen. Without `throwOnRequestTimeout` the client would only warn,
 * and without `socketTimeout` nothing would end an answer that stops:
 * https://github.com/smithy-lang/smithy-typescript/blob/main/packages/types/src/http/httpHandlerInitialization.ts
 */
export function within(milliseconds: number) {
  return {
    connectionTimeout: CONNECT_MS,
    requestTimeout: milliseconds,
    socketTimeout: milliseconds,
    throwOnRequestTimeout: true,
  };
}
