/** A message in a few words: for quotes, the live region, forwarding and service lines. */

/** @typedef {import("./types.js").Message} Message */

/** @type {Record<string, (message: any) => string>} */
const SERVICE = {
  new_chat_members: (message) =>
    `${message.new_chat_members.map((user) => user.first_name).join(", ")} joined the group`,
  left_chat_member: (message) => `${message.left_chat_member.first_name} left the group`,
  new_chat_title: (message) => `The group is now called ${message.new_chat_title}`,
  group_chat_created: () => "The group was created",
  supergroup_chat_created: () => "The group was created",
  forum_topic_created: (message) => `Topic created: ${message.forum_topic_created.name}`,
  forum_topic_edited: (message) => `Topic changed: ${message.forum_topic_edited.name ?? "icon"}`,
  forum_topic_closed: () => "Topic closed",
  forum_topic_reopened: () => "Topic opened again",
  pinned_message: (message) => `Pinned: ${plainText(message.pinned_message)}`,
  write_access_allowed: () => "The bot was allowed to write messages",
};

const MEDIA = {
  photo: "Photo",
  animation: "Animation",
  video: "Video",
  video_note: "Video message",
  voice: "Voice note",
  audio: "Audio",
  sticker: "Sticker",
  venue: "Place",
  location: "Location",
  contact: "Contact",
  dice: "Dice",
  document: "Document",
  poll: "Poll",
};

/** The words of what carries no text of its own. @param {any} message */
const ownWords = (message) =>
  message.poll?.question ?? message.venue?.title ?? message.contact?.first_name
  ?? message.audio?.title ?? message.document?.file_name;

/** What a service message says; undefined for other messages.
 * @param {Message} message @returns {string | undefined} */
export function serviceText(message) {
  const kind = Object.keys(SERVICE).find((key) => key in message);
  return kind && SERVICE[kind](message);
}

/** Which of Telegram's media a message carries. @param {Message} message */
export const mediaKind = (message) => Object.keys(MEDIA).find((key) => key in message);

/** @param {string} kind */
export const mediaName = (kind) => MEDIA[kind];

/** @param {Message} message @returns {string} */
export function plainText(message) {
  if (message.deleted) return "Deleted message";
  const kind = mediaKind(message);
  const words = message.text ?? message.caption ?? ownWords(message) ?? serviceText(message);
  return [kind && MEDIA[kind], words].filter(Boolean).join(": ") || "Message";
}
