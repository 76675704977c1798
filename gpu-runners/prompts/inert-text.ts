/**
 * Words in square brackets that some chat templates read as the end of what a user says. Those that redaction leaves
 * behind are none of them.
 */
const BRACKETED =
  /\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|MODEL_SETTINGS)\])/gi

/**
 * A text of a document in which nothing ends the place where it stands: neither a mark of the prompt nor one of a chat
 * template, which servers also find within what a user says. All of the former and nearly all of the latter begin with `<`;
 * it and those brackets become others that look alike.
 */
export const inertText = (text: string): string =>
  text.replaceAll('<', '‹').replaceAll(BRACKETED, '⟦')
