// The words in place of messages of people whom this person blocks.

import { ngettext } from "./i18n.js";
import "./words.js";

export const foldedWords = (count) => ngettext("Message from someone you block", "%(count)s messages from people you block", count);
