/**
 * The shapes that the page and the server exchange (docs/sandbox.md), for editors that read JSDoc.
 *
 * @typedef {{id: number, first_name: string, last_name?: string, username?: string,
 *   language_code: string, role: "newcomer" | "staff" | "crowd", blocked: boolean,
 *   deactivated: boolean}} Person
 * @typedef {{message_thread_id: number, name: string}} Topic
 * @typedef {{id: number, type: "private" | "supergroup", title: string, is_forum: boolean,
 *   topics: Topic[], members: number[]}} Chat
 * @typedef {{started: number, got: number, of: number, per_second: number, finished: boolean}} Wave
 * @typedef {{size: number, arrived: number, blocked: number, wave: Wave | null,
 *   sample: number[]}} Crowd
 * @typedef {{type: string, offset: number, length: number, url?: string, language?: string,
 *   unix_time?: number, date_time_format?: string}} Entity
 * @typedef {{text: string, style?: "danger" | "success" | "primary", callback_data?: string,
 *   url?: string, copy_text?: {text: string}, request_location?: boolean,
 *   request_contact?: boolean}} Button
 * @typedef {{inline_keyboard?: Button[][], keyboard?: (Button | string)[][],
 *   force_reply?: boolean, one_time_keyboard?: boolean, resize_keyboard?: boolean,
 *   input_field_placeholder?: string}} Markup
 * @typedef {{message_id: number, message_thread_id?: number, date: number, edit_date?: number,
 *   from?: {id: number, first_name: string, is_bot: boolean}, chat: {id: number, title?: string},
 *   text?: string, entities?: Entity[], caption?: string, caption_entities?: Entity[],
 *   reply_to_message?: Message, reply_markup?: Markup, media_group_id?: string,
 *   sandbox_reactions?: string[], sandbox_reactions_of?: Record<string, string>,
 *   deleted?: boolean}} Message
 *   A Bot API Message, with the sandbox's fields for reactions; `deleted` is the page's own mark.
 * @typedef {{messages: Map<number, Message>, keyboard: Markup | null,
 *   commands: {command: string, description: string}[], isLoaded: boolean}} Thread
 */
export {};
