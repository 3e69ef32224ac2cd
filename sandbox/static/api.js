/** Calls to the sandbox's own API (docs/sandbox.md). Every refusal is an Error with a sentence. */

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @returns {Promise<any>}
 */
async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body && JSON.stringify(body),
    });
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The sandbox refused (${response.status}).`);
  return answer;
}

export const world = () => call("GET", "world");
/** @param {number} chatId @param {number} [limit] */
export const messages = (chatId, limit = 200) =>
  call("GET", `chats/${chatId}/messages?limit=${limit}`);
/** @param {string} first_name @param {string} language_code */
export const addPerson = (first_name, language_code) =>
  call("POST", "people", { first_name, language_code });
/**
 * Something a person does: "messages", "edit", "press", "forward", "block", "unblock".
 * @param {number} personId @param {string} deed @param {object} [body]
 */
export const act = (personId, deed, body = {}) => call("POST", `people/${personId}/${deed}`, body);
/** @param {number} size */
export const growCrowd = (size) => call("POST", "crowd", { size });
/** @param {boolean} on */
export const setLimits = (on) => call("POST", "limits", { on });
/** @param {object} fault */
export const addFault = (fault) => call("POST", "faults", fault);
export const clearFaults = () => call("DELETE", "faults");
/** Where the bytes of a file are. @param {string} fileId */
export const fileUrl = (fileId) => `/api/files/${encodeURIComponent(fileId)}`;
