// The second file, served as /embed/v1.js?pages: what shows pages of the portal, in their place or in a panel. The
// first one, main.js, lends it what both need: see pages.js.

import { Panel } from "./panel.js";
import { View } from "./view.js";

export { Panel, View };
