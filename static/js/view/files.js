// Says that files which are pasted or dropped cannot be sent.

import { _ } from "../lib/i18n.js";
import "../lib/words.js";

export const refuseFiles = (notice) => notice.say(_("Pictures and files cannot be sent here yet."));
